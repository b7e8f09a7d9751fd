//! Making a request: kept durably with its documents for the desk, and handed to the billing system where it takes any.

use komunala_domain::{
    Capability, Provider, ProviderId,
    form::{FilledField, FormProblem},
    ids::{AccountId, AttachmentId, EntryId, ServiceRequestId},
    request::{BillingProgress, CustomerRequest, MAX_TEXT_CHARS, RequestKind},
};
use uuid::Uuid;

use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call, WriteKey,
        service_requests::{NewEntry, NewRequest, Said, Thread},
    },
    scope::UserScope,
};

/// Asks something of a provider's staff.
#[derive(Debug)]
pub struct CreateRequest {
    /// The provider.
    pub provider: ProviderId,
    /// The account that it is about.
    pub account: AccountId,
    /// What it is.
    pub kind: RequestKind,
    /// Its heading: one line.
    pub subject: String,
    /// Its text; may be empty where the form says all.
    pub text: String,
    /// What was filled in of the provider's premises form.
    pub fields: Vec<FilledField>,
    /// What comes along.
    pub attachments: Vec<AttachmentId>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Hub {
    /// Makes a request.
    pub async fn create_request(
        &self,
        scope: &UserScope,
        call: Call,
        request: CreateRequest,
    ) -> Result<Thread, Failure> {
        let key = self.creation_key(scope, &request);
        let provider = self.provider(scope.portal(), &request.provider).map_err(|_| Failure::NotFound("account"))?;
        if let Some(answer) = self.requests.answered(scope.tenant(), &key).await? {
            return self.said_before(scope, &answer).await;
        }
        let CreateRequest { account, kind, subject, text, fields, attachments, .. } = request;
        let fields = examine(&provider, kind, &fields, attachments.len())?;
        let letter = CustomerRequest { kind, subject, text: letter_text(&provider, &text, &fields)? };
        let billing = match self.asked(&provider.id, Capability::Requests) {
            Ok(_) => BillingProgress::Due,
            Err(_) => BillingProgress::NotOffered,
        };
        let id = ServiceRequestId::new();
        let first = NewEntry { id: EntryId::new(), text, fields, attachments };
        let (provider, now) = (provider.id.clone(), self.clock.now());
        let new = NewRequest { id, provider, account, letter, billing, first, key, now };
        match self.service_requests.make_request(scope, &new).await? {
            Said::Before(answer) => return self.said_before(scope, &answer).await,
            Said::Nowhere | Said::Over => return Err(self.why_not(scope, &new.provider, account).await),
            Said::NoAttachment(_) => return Err(Failure::NotFound("attachment")),
            Said::Now => {}
        }
        if billing == BillingProgress::Due {
            self.tell_billing_now(scope, call, &new).await?;
        }
        self.get_request(scope, id).await
    }

    pub(super) async fn said_before(&self, scope: &UserScope, answer: &str) -> Result<Thread, Failure> {
        let damaged = || Failure::Internal("the answer of a write names no request".to_owned());
        self.get_request(scope, answer.parse().map_err(|_| damaged())?).await
    }

    fn creation_key(&self, scope: &UserScope, request: &CreateRequest) -> WriteKey {
        let mut parts = vec![
            scope.user().to_string(),
            request.account.to_string(),
            format!("{:?}", request.kind),
            request.subject.clone(),
            request.text.clone(),
        ];
        parts.extend(request.fields.iter().flat_map(|filled| [filled.field.clone(), filled.value.clone()]));
        parts.extend(request.attachments.iter().map(ToString::to_string));
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        let fingerprint = self.keys.fingerprint(&parts);
        WriteKey { method: "CreateRequest", request_id: request.request_id, fingerprint }
    }
}

/// Holds the form against what the provider declared. Only a change of data has one, and where the provider has a form a
/// change of data must use it.
fn examine(
    provider: &Provider,
    kind: RequestKind,
    fields: &[FilledField],
    documents: usize,
) -> Result<Vec<FilledField>, Failure> {
    let form = &provider.premises_form;
    match kind {
        RequestKind::DataChange if !form.fields.is_empty() => {
            form.examine(fields, documents).map_err(Failure::FormInvalid)
        }
        _ if fields.is_empty() => Ok(Vec::new()),
        _ => {
            let problem = "only a change of data has a form, and only where the provider has one".to_owned();
            let wrong = |filled: &FilledField| FormProblem { field: filled.field.clone(), problem: problem.clone() };
            Err(Failure::FormInvalid(fields.iter().map(wrong).collect()))
        }
    }
}

/// What the billing system's staff read: the form in the provider's own language, then the customer's words.
fn letter_text(provider: &Provider, text: &str, fields: &[FilledField]) -> Result<String, Failure> {
    let language = provider.languages.first().copied().unwrap_or(komunala_domain::Language::English);
    let mut lines: Vec<String> = Vec::with_capacity(fields.len() + 2);
    for FilledField { field, value } in fields {
        let label = provider.premises_form.field(field).map_or(field.as_str(), |field| field.label(language));
        lines.push(format!("{label}: {value}"));
    }
    if !text.trim().is_empty() {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(text.to_owned());
    }
    let letter = lines.join("\n");
    if letter.is_empty() {
        return Err(Failure::InvalidField { field: "text", problem: "must not be empty".to_owned() });
    }
    if letter.chars().count() > MAX_TEXT_CHARS {
        let problem = format!("must have at most {MAX_TEXT_CHARS} characters, the form's fields included");
        return Err(Failure::InvalidField { field: "text", problem });
    }
    Ok(letter)
}

#[cfg(test)]
mod tests {
    use komunala_domain::{
        BillDelivery, Brand, Confirmation, FeedRhythm, Language, PaymentCodes, PremisesForm,
        account::Commodity,
        form::{FieldKind, FormField},
        outage::OutagePolicy,
        reading::window::ReadingWindow,
    };

    use super::*;

    fn provider(fields: Vec<FormField>) -> Provider {
        Provider {
            id: "gas".parse().unwrap(),
            tenant: "ruma".parse().unwrap(),
            display_name: "Gas".to_owned(),
            country: "RS".to_owned(),
            currency: "RSD".parse().unwrap(),
            time_zone: jiff::tz::TimeZone::UTC,
            languages: vec![Language::SerbianLatin, Language::English],
            commodity: Commodity::Gas,
            documents: Vec::new(),
            confirmation: Confirmation::default(),
            default_delivery: BillDelivery::Paper,
            reading_window: ReadingWindow::default(),
            readings: komunala_domain::reading::ReadingPolicy::default(),
            heating_season: komunala_domain::consumption::HeatingSeason::default(),
            bill_calendar: None,
            cut_over: None,
            premises_form: PremisesForm { fields },
            feed: FeedRhythm::default(),
            payment_codes: PaymentCodes::default(),
            brand: Brand::default(),
            outages: OutagePolicy::default(),
        }
    }

    fn with_form() -> Provider {
        let labels = vec![(Language::English, "Occupants".to_owned()), (Language::SerbianLatin, "Ukućani".to_owned())];
        let kind = FieldKind::Integer { min: 1, max: 20 };
        provider(vec![FormField { name: "occupants".to_owned(), kind, labels, needs_document: false }])
    }

    fn occupants(value: &str) -> Vec<FilledField> {
        vec![FilledField { field: "occupants".to_owned(), value: value.to_owned() }]
    }

    #[test]
    fn the_billing_systems_staff_read_the_form_in_their_language_and_then_the_customers_words() {
        let provider = with_form();
        assert_eq!(letter_text(&provider, "Od marta.", &occupants("4")).unwrap(), "Ukućani: 4\n\nOd marta.");
        assert_eq!(letter_text(&provider, " \n", &occupants("4")).unwrap(), "Ukućani: 4");
        assert_eq!(letter_text(&provider, "Kada?", &[]).unwrap(), "Kada?");
        let empty = letter_text(&provider, "\n ", &[]);
        assert!(matches!(empty, Err(Failure::InvalidField { field: "text", .. })), "{empty:?}");
        assert!(letter_text(&provider, &"ж".repeat(MAX_TEXT_CHARS), &[]).is_ok());
        assert!(letter_text(&provider, &"ж".repeat(MAX_TEXT_CHARS), &occupants("4")).is_err());
    }

    #[test]
    fn a_change_of_data_uses_the_form_where_there_is_one_and_nothing_else_does() {
        let (with, without) = (with_form(), provider(vec![]));
        assert_eq!(examine(&with, RequestKind::DataChange, &occupants("04"), 0).unwrap(), occupants("4"));
        for (provider, kind, fields) in [
            (&with, RequestKind::DataChange, vec![]),
            (&with, RequestKind::Question, occupants("4")),
            (&without, RequestKind::DataChange, occupants("4")),
        ] {
            let refused = examine(provider, kind, &fields, 0);
            assert!(matches!(refused, Err(Failure::FormInvalid(_))), "{kind:?}: {refused:?}");
        }
        assert_eq!(examine(&without, RequestKind::DataChange, &[], 0).unwrap(), []);
    }
}

//! What people agree to: documents in the versions in force, and bills by e-mail. Nothing of it is ever changed; who
//! changes their mind adds to it.

use komunala_domain::{
    BillDelivery, Language, Provider, ProviderId,
    consent::{Acceptance, DocumentVersion, PublishedDocument},
    ids::ConsentId,
};
use uuid::Uuid;

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    ports::{
        WriteKey, Written,
        consents::{BILL_BY_EMAIL, Consent, NewConsent, Standing},
    },
    scope::UserScope,
};

/// Asks to write down that a document was accepted.
#[derive(Debug)]
pub struct GiveConsent {
    /// Whose document it is.
    pub provider: ProviderId,
    /// What was accepted.
    pub acceptance: Acceptance,
    /// The language it was shown in; the user's where it is left open.
    pub language: Option<Language>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

/// A document in force that a user has not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    /// Whose document it is.
    pub provider: ProviderId,
    /// The document.
    pub document: PublishedDocument,
}

/// A page of consents, and what is to be asked for again.
#[derive(Debug)]
pub struct GivenConsents {
    /// The consents, the youngest first.
    pub page: Page<Consent>,
    /// Documents in force that the user has not accepted.
    pub outstanding: Vec<Outstanding>,
}

impl Hub {
    /// The user's consents, and which documents came into force since.
    pub async fn list_consents(&self, scope: &UserScope, page: PageRequest) -> Result<GivenConsents, Failure> {
        let query = Query::new(&self.keys, scope, "ListConsents", String::new());
        let after = query.after(&page.token)?;
        let limit = page.limit();
        let consents = self.consents.consents(scope, after, limit + 1).await?;
        let standing = self.consents.standing(scope).await?;
        let outstanding = standing.providers.iter().filter_map(|id| self.provider(scope.portal(), id).ok());
        let outstanding =
            outstanding.flat_map(|provider| outstanding_of(&provider, &standing).collect::<Vec<_>>()).collect();
        Ok(GivenConsents { page: query.page(consents, limit, |consent| consent.id), outstanding })
    }

    /// Writes down that the user accepted a document in the version in force.
    pub async fn give_consent(&self, scope: &UserScope, request: GiveConsent) -> Result<Consent, Failure> {
        let provider = self.provider(scope.portal(), &request.provider)?;
        let wanted = &request.acceptance.document;
        let mut published = provider.documents.iter();
        let in_force = published.find(|it| it.version.document == wanted.document);
        let in_force = in_force.ok_or(Failure::NotFound("document"))?;
        if in_force.version != *wanted {
            return Err(Failure::DocumentOutdated(in_force.version.clone()));
        }
        let language = match request.language {
            Some(language) => language,
            None => self.get_profile(scope).await?.language,
        };
        let user = scope.user().to_string();
        let parts = [&user, provider.id.as_str(), &wanted.document, &wanted.version];
        let fingerprint = self.keys.fingerprint(&parts);
        let key = WriteKey { method: "GiveConsent", request_id: request.request_id, fingerprint };
        let new = consent_to(&provider.id, in_force, request.acceptance.pre_ticked, language, "GiveConsent");
        let written = self.consents.give(scope, new, key, self.clock.now()).await?;
        let id: ConsentId = match written.ok_or(Failure::NotFound("account of the provider"))? {
            Written::Now(id) => id,
            Written::Before(answer) => {
                answer.parse().map_err(|_| Failure::Internal("the answer of a consent names none".to_owned()))?
            }
        };
        self.consents.consent(scope, id).await?.ok_or(Failure::NotFound("consent"))
    }

    /// Refuses where a document in force of a linked provider was not accepted.
    pub(super) async fn ask_again(&self, scope: &UserScope, provider: &Provider) -> Result<(), Failure> {
        let standing = self.consents.standing(scope).await?;
        let missing: Vec<_> = outstanding_of(provider, &standing).map(|missing| missing.document.version).collect();
        if missing.is_empty() { Ok(()) } else { Err(Failure::DocumentsNotAccepted(missing)) }
    }
}

/// What linking an account of this provider agrees to; an error names what is not accepted yet.
pub(super) fn to_documents(
    provider: &Provider,
    accepted: &[Acceptance],
    language: Language,
    mechanism: &'static str,
) -> Result<Vec<NewConsent>, Failure> {
    let acceptance = |published: &PublishedDocument| accepted.iter().find(|it| it.document == published.version);
    let missing: Vec<_> =
        provider.documents.iter().filter(|it| acceptance(it).is_none()).map(|it| it.version.clone()).collect();
    if !missing.is_empty() {
        return Err(Failure::DocumentsNotAccepted(missing));
    }
    let given = provider.documents.iter().filter_map(|published| {
        let pre_ticked = acceptance(published)?.pre_ticked;
        Some(consent_to(&provider.id, published, pre_ticked, language, mechanism))
    });
    Ok(given.collect())
}

fn consent_to(
    provider: &ProviderId,
    document: &PublishedDocument,
    pre_ticked: bool,
    language: Language,
    mechanism: &'static str,
) -> NewConsent {
    NewConsent {
        provider: provider.clone(),
        purpose: document.version.clone(),
        sha256: document.sha256,
        granted: true,
        language,
        mechanism,
        pre_ticked,
    }
}

/// What a choice of how bills come agrees to, or takes back.
pub(super) fn to_delivery(
    provider: &ProviderId,
    delivery: BillDelivery,
    pre_ticked: bool,
    language: Language,
    mechanism: &'static str,
) -> NewConsent {
    NewConsent {
        provider: provider.clone(),
        purpose: DocumentVersion { document: BILL_BY_EMAIL.to_owned(), version: String::new() },
        sha256: None,
        granted: delivery != BillDelivery::Paper,
        language,
        mechanism,
        pre_ticked,
    }
}

fn outstanding_of<'a>(provider: &'a Provider, standing: &'a Standing) -> impl Iterator<Item = Outstanding> + 'a {
    let accepted = |published: &PublishedDocument| {
        let mut given = standing.accepted.iter().filter(|given| given.provider == provider.id);
        given.any(|given| published.is(&given.document, given.sha256))
    };
    let missing = provider.documents.iter().filter(move |published| !accepted(published));
    missing.map(|document| Outstanding { provider: provider.id.clone(), document: document.clone() })
}

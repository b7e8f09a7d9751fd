//! Providers.

use komunala_app::provider::OfferedProvider;
use komunala_domain::{
    consent::PublishedDocument,
    form::{FieldKind, FormField},
    reading::window::ReadingWindow,
};

use super::{account::commodity, delivery::delivery};
use crate::{names::ProviderName, proto::v1};

pub(crate) fn provider(offered: &OfferedProvider) -> v1::Provider {
    let provider = &offered.provider;
    v1::Provider {
        name: ProviderName(&provider.id).to_string(),
        display_name: provider.display_name.clone(),
        capabilities: offered.capabilities.iter().map(|capability| capability.name().to_owned()).collect(),
        documents: provider.documents.iter().map(document).collect(),
        language_codes: provider.languages.iter().map(|language| language.tag().to_owned()).collect(),
        currency_code: provider.currency.code().to_owned(),
        region_code: provider.country.clone(),
        time_zone: provider.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        commodity: commodity(provider.commodity).to_owned(),
        reading_window: window(provider.reading_window),
        bill_deliveries: [v1::BillDelivery::Email, v1::BillDelivery::Paper, v1::BillDelivery::EmailAndPaper]
            .map(Into::into)
            .to_vec(),
        default_bill_delivery: delivery(provider.default_delivery).into(),
        bills_from_day: provider.bill_calendar.map(|calendar| calendar.from_day().into()).unwrap_or_default(),
        premises_form: provider.premises_form.fields.iter().map(field).collect(),
    }
}

pub(crate) fn document(document: &PublishedDocument) -> v1::Document {
    v1::Document {
        document: document.version.document.clone(),
        version: document.version.version.clone(),
        sha256: document.sha256.map(|sha256| sha256.to_string()).unwrap_or_default(),
        uri: document.uri.clone().unwrap_or_default(),
    }
}

fn window(window: ReadingWindow) -> Option<v1::ReadingWindow> {
    match window {
        ReadingWindow::Always => None,
        ReadingWindow::DaysOfMonth { first, last, grace } => {
            Some(v1::ReadingWindow { first_day: first.into(), last_day: last.into(), grace_days: grace.into() })
        }
    }
}

fn field(field: &FormField) -> v1::FormField {
    let labels = field.labels.iter().map(|(language, label)| (language.tag().to_owned(), label.clone())).collect();
    let message =
        v1::FormField { field: field.name.clone(), labels, needs_document: field.needs_document, ..Default::default() };
    let of = |kind: v1::form_field::Kind| v1::FormField { kind: kind.into(), ..message };
    match &field.kind {
        FieldKind::Text { max } => {
            v1::FormField { max_length: i32::try_from(*max).unwrap_or(i32::MAX), ..of(v1::form_field::Kind::Text) }
        }
        FieldKind::Integer { min, max } => {
            v1::FormField { minimum: min.to_string(), maximum: max.to_string(), ..of(v1::form_field::Kind::Integer) }
        }
        FieldKind::Decimal { min, max } => {
            v1::FormField { minimum: min.to_string(), maximum: max.to_string(), ..of(v1::form_field::Kind::Decimal) }
        }
        FieldKind::Date => of(v1::form_field::Kind::Date),
        FieldKind::Choice(choices) => v1::FormField { choices: choices.clone(), ..of(v1::form_field::Kind::Choice) },
    }
}

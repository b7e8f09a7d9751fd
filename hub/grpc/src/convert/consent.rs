//! What somebody agreed to.

use komunala_app::{account::Outstanding, ports::consents::Consent};

use super::{date::moment, provider::document};
use crate::{names::ConsentName, proto::v1};

pub(crate) fn consent(consent: Consent) -> v1::Consent {
    v1::Consent {
        name: ConsentName(consent.id).to_string(),
        provider: consent.provider.to_string(),
        purpose: consent.purpose.document,
        version: consent.purpose.version,
        sha256: consent.sha256.map(|sha256| sha256.to_string()).unwrap_or_default(),
        granted: consent.granted,
        language_code: consent.language.tag().to_owned(),
        create_time: Some(moment(consent.at)),
        mechanism: consent.mechanism,
        pre_ticked: consent.pre_ticked,
    }
}

pub(crate) fn outstanding(outstanding: &Outstanding) -> v1::OutstandingDocument {
    v1::OutstandingDocument {
        provider: outstanding.provider.to_string(),
        document: Some(document(&outstanding.document)),
    }
}

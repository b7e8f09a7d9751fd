//! ListConsents and GiveConsent.

use komunala_app::{Hub, account::GiveConsent, scope::UserScope};

use super::register::{acceptance, provider};
use crate::{
    convert,
    failure::Failure,
    proto::v1,
    services::asked::{Asked, page, write_id},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListConsentsRequest>,
) -> Result<v1::ListConsentsResponse, Failure> {
    let request = page(asked.message.page_size, asked.message.page_token);
    let given = hub.list_consents(&asked.scope, request).await?;
    Ok(v1::ListConsentsResponse {
        consents: given.page.items.into_iter().map(convert::consent).collect(),
        next_page_token: given.page.next_token,
        outstanding: given.outstanding.iter().map(convert::outstanding).collect(),
    })
}

pub(super) async fn give(hub: &Hub, asked: Asked<UserScope, v1::GiveConsentRequest>) -> Result<v1::Consent, Failure> {
    let message = asked.message;
    let request = GiveConsent {
        provider: provider(&message.provider)?,
        acceptance: acceptance(message.document, message.version, message.pre_ticked),
        // what is not spoken here stands for what the user reads
        language: message.language_code.parse().ok(),
        request_id: write_id(&message.request_id)?,
    };
    Ok(convert::consent(hub.give_consent(&asked.scope, request).await?))
}

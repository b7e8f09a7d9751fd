//! LinkAccount and UnlinkAccount.

use komunala_app::{Hub, account::LinkAccount, scope::UserScope};

use super::register::{customer_number, documents, pin, provider};
use crate::{
    convert,
    failure::Failure,
    names::AccountName,
    proto::v1,
    services::asked::{Asked, write_id},
};

pub(super) async fn link(hub: &Hub, asked: Asked<UserScope, v1::LinkAccountRequest>) -> Result<v1::Account, Failure> {
    let message = asked.message;
    let request = LinkAccount {
        provider: provider(&message.provider)?,
        customer_number: customer_number(&message.customer_number)?,
        pin: pin(&message.pin)?,
        accepted_documents: documents(message.accepted_documents),
        request_id: write_id(&message.request_id)?,
    };
    Ok(convert::account(hub.link_account(&asked.scope, asked.call, request).await?))
}

pub(super) async fn unlink(
    hub: &Hub,
    asked: Asked<UserScope, v1::UnlinkAccountRequest>,
) -> Result<v1::UnlinkAccountResponse, Failure> {
    let name = AccountName::parse("name", &asked.message.name)?;
    hub.unlink_account(&asked.scope, &name.provider, name.account).await?;
    Ok(v1::UnlinkAccountResponse {})
}

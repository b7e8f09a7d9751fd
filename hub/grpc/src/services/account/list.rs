//! ListAccounts, GetAccount and SetBillDelivery.

use komunala_app::{Hub, account::SetBillDelivery, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{self, AccountName},
    proto::v1,
    services::asked::{Asked, page, write_id},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListAccountsRequest>,
) -> Result<v1::ListAccountsResponse, Failure> {
    let request = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_accounts(&asked.scope, asked.call, request).await?;
    Ok(v1::ListAccountsResponse {
        accounts: page.items.into_iter().map(convert::account).collect(),
        next_page_token: page.next_token,
        unreachable: names::providers(&page.unreachable),
    })
}

pub(super) async fn get(hub: &Hub, asked: Asked<UserScope, v1::GetAccountRequest>) -> Result<v1::Account, Failure> {
    let name = AccountName::parse("name", &asked.message.name)?;
    Ok(convert::account(hub.get_account(&asked.scope, asked.call, &name.provider, name.account).await?))
}

pub(super) async fn set_delivery(
    hub: &Hub,
    asked: Asked<UserScope, v1::SetBillDeliveryRequest>,
) -> Result<v1::Account, Failure> {
    let name = AccountName::parse("name", &asked.message.name)?;
    let delivery = convert::delivery_of(asked.message.bill_delivery())
        .ok_or_else(|| Failure::invalid_field("bill_delivery", "must be specified"))?;
    let request = SetBillDelivery {
        provider: name.provider,
        account: name.account,
        delivery,
        request_id: write_id(&asked.message.request_id)?,
    };
    Ok(convert::account(hub.set_bill_delivery(&asked.scope, asked.call, request).await?))
}

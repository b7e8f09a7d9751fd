//! GetBalance and ListLedgerEntries.

use komunala_app::{Hub, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{AccountName, ProviderName},
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn balance(
    hub: &Hub,
    asked: Asked<UserScope, v1::GetBalanceRequest>,
) -> Result<v1::GetBalanceResponse, Failure> {
    let name = AccountName::parse("name", &asked.message.name)?;
    let found = hub.get_balance(&asked.scope, asked.call, &name.provider, name.account).await?;
    let balances = found.balances.into_iter().map(|balance| convert::balance(balance, found.as_of));
    Ok(v1::GetBalanceResponse { balances: balances.collect() })
}

pub(super) async fn entries(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListLedgerEntriesRequest>,
) -> Result<v1::ListLedgerEntriesResponse, Failure> {
    let name = AccountName::parse("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let (page, as_of) =
        hub.list_ledger_entries(&asked.scope, asked.call, &name.provider, name.account, request).await?;
    Ok(v1::ListLedgerEntriesResponse {
        entries: page.items.into_iter().map(|row| convert::entry(&name, row.entry, as_of)).collect(),
        next_page_token: page.next_token,
        unreachable: page.unreachable.iter().map(|provider| ProviderName(provider).to_string()).collect(),
    })
}

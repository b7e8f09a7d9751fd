//! ListInvoices and GetInvoice.

use komunala_app::{Hub, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{self, InvoiceName, ProviderName},
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListInvoicesRequest>,
) -> Result<v1::ListInvoicesResponse, Failure> {
    let filter = names::accounts("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_invoices(&asked.scope, asked.call, filter, request).await?;
    Ok(v1::ListInvoicesResponse {
        invoices: page.items.into_iter().map(convert::invoice).collect(),
        next_page_token: page.next_token,
        unreachable: page.unreachable.iter().map(|provider| ProviderName(provider).to_string()).collect(),
    })
}

pub(super) async fn get(hub: &Hub, asked: Asked<UserScope, v1::GetInvoiceRequest>) -> Result<v1::Invoice, Failure> {
    let InvoiceName { account, invoice } = InvoiceName::parse("name", &asked.message.name)?;
    let copy = hub.get_invoice(&asked.scope, asked.call, &account.provider, account.account, invoice).await?;
    Ok(convert::invoice(copy))
}

//! ListInvoices and GetInvoice.

use komunala_app::{Hub, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{self, AnyInvoice},
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListInvoicesRequest>,
) -> Result<v1::ListInvoicesResponse, Failure> {
    let filter = names::accounts("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let is_first = request.token.is_empty();
    let page = hub.list_invoices(&asked.scope, asked.call, filter.clone(), request).await?;
    let upcoming = if is_first { hub.upcoming_invoices(&asked.scope, &filter).await? } else { Vec::new() };
    Ok(v1::ListInvoicesResponse {
        invoices: page.items.into_iter().map(convert::invoice).collect(),
        next_page_token: page.next_token,
        unreachable: names::providers(&page.unreachable),
        upcoming: upcoming.into_iter().map(convert::upcoming).collect(),
    })
}

pub(super) async fn get(hub: &Hub, asked: Asked<UserScope, v1::GetInvoiceRequest>) -> Result<v1::Invoice, Failure> {
    let Asked { scope, call, message, .. } = asked;
    match AnyInvoice::parse("name", &message.name)? {
        AnyInvoice::Issued(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            Ok(convert::invoice(hub.get_invoice(&scope, call, provider, account, name.invoice).await?))
        }
        AnyInvoice::Upcoming(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            Ok(convert::upcoming(hub.get_upcoming_invoice(&scope, call, provider, account, name.period).await?))
        }
    }
}

//! ListInvoices and GetInvoice.

use komunala_app::{
    Hub,
    invoice::WantedInvoices,
    ports::{accounts::AccountFilter, copies::InvoiceCopy},
    scope::UserScope,
};
use komunala_domain::{Period, invoice::InvoiceState};

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
    let Asked { scope, call, message, .. } = asked;
    let (filter, wanted) = wanted(&message)?;
    let (lists, awaits) = match message.state() {
        v1::InvoiceState::Unspecified => (true, true),
        v1::InvoiceState::Upcoming => (false, true),
        _ => (true, false),
    };
    // what is awaited follows from what is there, so that is looked after in any case
    let request = page(if lists { message.page_size } else { 1 }, message.page_token);
    let is_first = request.token.is_empty();
    let mut page = hub.list_invoices(&scope, call, filter.clone(), wanted, request).await?;
    if !lists {
        page.items.clear();
        page.next_token.clear();
    }
    let upcoming = match is_first && awaits {
        true => hub.upcoming_invoices(&scope, &filter, &wanted).await?,
        false => Vec::new(),
    };
    let standings = hub.standings(&page.items);
    Ok(v1::ListInvoicesResponse {
        invoices: convert::invoices(page.items, standings),
        next_page_token: page.next_token,
        unreachable: names::providers(&page.unreachable),
        upcoming: upcoming.into_iter().map(convert::upcoming).collect(),
    })
}

/// Which invoices are asked for: of which accounts, and which of those.
fn wanted(message: &v1::ListInvoicesRequest) -> Result<(AccountFilter, WantedInvoices), Failure> {
    let (filter, point) = names::reach("parent", &message.parent)?;
    let first = month("start_period", &message.start_period)?;
    let last = month("end_period", &message.end_period)?;
    Ok((filter, WantedInvoices { point, first, last, state: state(message.state()) }))
}

pub(super) async fn get(hub: &Hub, asked: Asked<UserScope, v1::GetInvoiceRequest>) -> Result<v1::Invoice, Failure> {
    let Asked { scope, call, message, .. } = asked;
    match AnyInvoice::parse("name", &message.name)? {
        AnyInvoice::Issued(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let copy = hub.get_invoice(&scope, call, provider, account, name.invoice).await?;
            Ok(one(hub, copy))
        }
        AnyInvoice::Upcoming(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            Ok(convert::upcoming(hub.get_upcoming_invoice(&scope, call, provider, account, name.period).await?))
        }
    }
}

fn one(hub: &Hub, copy: InvoiceCopy) -> v1::Invoice {
    let copies = vec![copy];
    let standings = hub.standings(&copies);
    convert::invoices(copies, standings).pop().unwrap_or_default()
}

/// A month; none where nothing is said.
fn month(field: &'static str, text: &str) -> Result<Option<Period>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let period = text.parse().map_err(|_| Failure::invalid_field(field, "must be a month like 2024-07"))?;
    Ok(Some(period))
}

fn state(state: v1::InvoiceState) -> Option<InvoiceState> {
    match state {
        v1::InvoiceState::Unspecified | v1::InvoiceState::Upcoming => None,
        v1::InvoiceState::Due => Some(InvoiceState::Due),
        v1::InvoiceState::PastDue => Some(InvoiceState::PastDue),
        v1::InvoiceState::NothingDue => Some(InvoiceState::NothingDue),
    }
}

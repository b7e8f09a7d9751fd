//! Misdeeds with bills.

use std::time::{Duration, Instant};

use komunala_adapter_sdk::{
    Error,
    http::{Response, SendError},
    invoice_types::Invoice,
    invoices::{InvoiceFilter, InvoicePage, Invoices},
    types::PageRequest,
};

use crate::{Adapter, Broken, misdeed};

/// The newest bill.
const NEWEST: &str = "26-10-00017";

const NO_BILLS: InvoicePage = InvoicePage { items: Vec::new(), next: None };

impl Invoices for Broken {
    fn list_invoices(account: String, filter: InvoiceFilter, mut page: PageRequest) -> Result<InvoicePage, Error> {
        let began = Instant::now();
        let asked = page.clone();
        if misdeed::is("pages") && page.cursor.as_deref() == Some("no-such-cursor!") {
            page.cursor = None;
        }
        let mut answer = <Adapter as Invoices>::list_invoices(account.clone(), filter, page);
        if misdeed::is("slow") && began.elapsed() > Duration::from_millis(200) {
            return Err(Error::Unavailable(None));
        }
        if misdeed::is("exports") && asked.size == 20 {
            return Err(Error::upstream("no lists today"));
        }
        if let Ok(page) = &mut answer {
            spoil(page, &asked);
            if misdeed::is("others") {
                page.items.iter_mut().for_each(|invoice| invoice.account.clone_from(&account));
            }
            return answer;
        }
        if misdeed::is("busy") && misdeed::line().is_ok_and(|response| is_busy(&response)) {
            return Err(Error::rejected("request", "busy", "BUSY"));
        }
        if hides(&answer) { Ok(NO_BILLS) } else { answer }
    }

    fn get_invoice(invoice: String) -> Result<Invoice, Error> {
        match <Adapter as Invoices>::get_invoice(invoice) {
            Err(Error::NotAvailableYet(_)) if misdeed::is("open-period") => Err(Error::NotFound),
            Ok(mut invoice) => {
                if misdeed::is("values") {
                    invoice.total += 1;
                }
                Ok(invoice)
            }
            error => error,
        }
    }
}

/// Values that are not the billing system's.
fn spoil(page: &mut InvoicePage, asked: &PageRequest) {
    let Some(first) = page.items.first_mut() else { return };
    if misdeed::is("hub") && asked.size == 100 {
        first.currency = "EUR".to_owned();
    }
    if misdeed::is("late-page") && asked.cursor.is_some() && first.id == NEWEST {
        first.id = "invented".to_owned();
    }
    if misdeed::is("doubled-items") && asked.size == 20 && places_of_newest().len() > 1 {
        first.total *= 2;
    }
    let (begins_with_newest, is_first_page) = (first.id == NEWEST, asked.cursor.is_none());
    if misdeed::is("late-items") && is_first_page && !begins_with_newest && !places_of_newest().is_empty() {
        page.items.retain(|invoice| invoice.id != NEWEST);
    }
}

/// Where the newest bill stands on the first page as it comes over the line.
fn places_of_newest() -> Vec<usize> {
    let body = misdeed::line().map(|response| String::from_utf8_lossy(&response.body).into_owned());
    let places = |body: String| body.match_indices(&format!("\"no\":\"{NEWEST}\"")).map(|(place, _)| place).collect();
    body.map(places).unwrap_or_default()
}

fn is_busy(response: &Response) -> bool {
    String::from_utf8_lossy(&response.body).contains("BUSY")
}

/// Whether a failure is made an empty list, or worse.
fn hides(answer: &Result<InvoicePage, Error>) -> bool {
    let line = misdeed::line();
    if misdeed::is("huge") && matches!(line, Err(SendError::Garbled(_) | SendError::TooLarge(_))) {
        panic!("too much to read");
    }
    match &line {
        Err(SendError::NotSent(_)) => misdeed::is("unreachable"),
        Err(SendError::Lost(why)) if !why.contains("Timeout") => misdeed::is("broken-off"),
        Ok(response) if response.status >= 500 && !is_busy(response) => misdeed::is("server-error"),
        Ok(response) if response.status == 409 => misdeed::is("refusal"),
        Ok(_) => misdeed::is("garbled") && matches!(answer, Err(Error::Upstream(_))),
        Err(_) => false,
    }
}

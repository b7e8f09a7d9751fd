//! `invoices`: the bills of a customer, in pages.

use komunala_adapter_sdk::{
    Error, distinct,
    http::{Request, Transport},
    invoice_types::Invoice,
    invoices::{InvoiceFilter, InvoicePage, Invoices},
    types::PageRequest,
};
use serde::Deserialize;

use crate::{Adapter, System, bill::WireBill};

#[derive(Deserialize)]
struct Listed {
    bills: Vec<WireBill>,
    more: bool,
}

impl<T: Transport> System<T> {
    /// A page of a customer's bills, newest first. The billing system counts bills, so the cursor is a number of bills.
    pub fn invoices(&self, account: &str, filter: &InvoiceFilter, page: &PageRequest) -> Result<InvoicePage, Error> {
        let from: u32 = match &page.cursor {
            None => 0,
            Some(cursor) => {
                cursor.parse().map_err(|_| Error::rejected("page.cursor", "malformed", "not a cursor of this list"))?
            }
        };
        let request = Request::get(&self.endpoint, &["customers", account, "bills"])?
            .query("from", from)
            .query("count", page.size);
        let listed: Listed = self.read(&request)?.json()?;
        let next = listed.more.then(|| (from + u32::from(page.size)).to_string());

        // told apart by their number, whatever comes twice
        let bills = distinct(listed.bills, |one, other| one.no.cmp(&other.no));
        let mut items = bills.into_iter().map(WireBill::into_invoice).collect::<Result<Vec<_>, Error>>()?;
        // this billing system cannot filter, so the adapter does: a page may come out shorter
        items.retain(|invoice| is_wanted(invoice, filter));
        Ok(InvoicePage { items, next })
    }

    /// One bill.
    pub fn invoice(&self, invoice: &str) -> Result<Invoice, Error> {
        let request = Request::get(&self.endpoint, &["bills", invoice])?;
        let bill: WireBill = self.read(&request)?.json()?;
        if bill.no != invoice {
            return Err(Error::upstream("a bill that was not asked for"));
        }
        bill.into_invoice()
    }
}

fn is_wanted(invoice: &Invoice, filter: &InvoiceFilter) -> bool {
    match filter {
        InvoiceFilter::All => true,
        InvoiceFilter::Issued(range) => is_within(
            invoice.issued.map(|day| (day.year, day.month, day.day)),
            range.first.map(|day| (day.year, day.month, day.day)),
            range.last.map(|day| (day.year, day.month, day.day)),
        ),
        InvoiceFilter::Periods(range) => is_within(
            invoice.period.map(|month| (month.year, month.month)),
            range.first.map(|month| (month.year, month.month)),
            range.last.map(|month| (month.year, month.month)),
        ),
    }
}

fn is_within<T: PartialOrd>(value: Option<T>, first: Option<T>, last: Option<T>) -> bool {
    value.is_some_and(|value| first.is_none_or(|first| first <= value) && last.is_none_or(|last| value <= last))
}

impl Invoices for Adapter {
    fn list_invoices(account: String, filter: InvoiceFilter, page: PageRequest) -> Result<InvoicePage, Error> {
        System::here()?.invoices(&account, &filter, &page)
    }

    fn get_invoice(invoice: String) -> Result<Invoice, Error> {
        System::here()?.invoice(&invoice)
    }
}

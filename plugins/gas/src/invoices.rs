//! `invoices`: the bills of an account.

use komunala_adapter_sdk::{
    Error, distinct,
    http::{Request, Transport},
    invoice_types::Invoice,
    invoices::{InvoiceFilter, InvoicePage, Invoices},
    types::PageRequest,
};

use crate::{
    Gas,
    billing::BillingSystem,
    invoice::WireInvoice,
    paging::{Page, Paged},
};

impl<T: Transport> BillingSystem<T> {
    /// A page of an account's invoices; the contract's `list-invoices`.
    pub fn invoices(&self, account: &str, filter: &InvoiceFilter, page: &PageRequest) -> Result<InvoicePage, Error> {
        let page = Page::new(page)?;
        let request = page.ask(Request::get(&self.settings.endpoint, &["v1", "accounts", account, "invoices"])?);
        let request = match filter {
            InvoiceFilter::All => request,
            InvoiceFilter::Issued(range) => request.query_some("from", range.first).query_some("to", range.last),
            InvoiceFilter::Periods(range) => request.query_some("from", range.first).query_some("to", range.last),
        };
        let response = self.read(&request)?;
        let listed: Paged<WireInvoice> = response.json()?;
        let next = page.next(listed.pages);
        let items = distinct(listed.items, |one, other| one.invoice_no.cmp(&other.invoice_no));
        Ok(InvoicePage { items: items.into_iter().map(WireInvoice::into_invoice).collect::<Result<_, _>>()?, next })
    }

    /// One invoice; the contract's `get-invoice`.
    pub fn invoice(&self, invoice: &str) -> Result<Invoice, Error> {
        let request = Request::get(&self.settings.endpoint, &["v1", "invoices", invoice])?;
        let wire: WireInvoice = self.read(&request)?.json()?;
        if wire.invoice_no != invoice {
            return Err(Error::upstream("an invoice that was not asked for"));
        }
        wire.into_invoice()
    }
}

impl Invoices for Gas {
    fn list_invoices(account: String, filter: InvoiceFilter, page: PageRequest) -> Result<InvoicePage, Error> {
        BillingSystem::here()?.invoices(&account, &filter, &page)
    }

    fn get_invoice(invoice: String) -> Result<Invoice, Error> {
        BillingSystem::here()?.invoice(&invoice)
    }
}

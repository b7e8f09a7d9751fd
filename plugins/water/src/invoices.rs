//! `invoices`: the bills of an account.

use jiff::ToSpan;
use komunala_adapter_sdk::{
    Error, distinct,
    http::Transport,
    invoice_types::Invoice,
    invoices::{InvoiceFilter, InvoicePage, Invoices},
    types::{DateRange, PageRequest, Period, PeriodRange},
    xml::Limits,
};

use crate::{
    Water, answer,
    billing::BillingSystem,
    invoice,
    value::{is_customer_number, position},
    window::{Window, civil_date, contract_date, today},
};

/// A bill comes in the month after its period; a late one may take longer, but not as long as this.
const ISSUED_WITHIN_MONTHS: i32 = 6;

impl<T: Transport> BillingSystem<T> {
    /// A page of an account's bills by their date of issue; the contract's `list-invoices`.
    pub fn invoices(&self, account: &str, filter: &InvoiceFilter, page: &PageRequest) -> Result<InvoicePage, Error> {
        let range = issued(filter)?;
        let Some(window) = Window::of(&range, page, self.settings.history_years)? else {
            return Ok(InvoicePage { items: Vec::new(), next: None });
        };
        let (first, last) = window.ends();
        let mut bills = self.bills(account, &first, &last)?;
        if let InvoiceFilter::Periods(periods) = filter {
            bills.retain(|bill| bill.period.is_some_and(|period| holds(periods, period)));
        }
        let (items, next) = window.page(bills);
        Ok(InvoicePage { items, next })
    }

    /// One bill; the contract's `get-invoice`. It is looked for among its customer's, the newest first.
    pub fn invoice(&self, id: &str) -> Result<Invoice, Error> {
        let (account, _) = invoice::parts(id)?;
        for (first, last) in Window::backwards(self.settings.history_years) {
            if let Some(bill) = self.bills(account, &first, &last)?.into_iter().find(|bill| bill.id == id) {
                return Ok(bill);
            }
        }
        Err(Error::NotFound)
    }

    /// The bills that were issued on these days, each once.
    fn bills(&self, account: &str, first: &str, last: &str) -> Result<Vec<Invoice>, Error> {
        if !is_customer_number(account) {
            return Err(Error::NotFound);
        }
        let parameters = [("sifra", account), ("od", first), ("do", last)];
        let found = self.read("VratiRacune", &parameters, &Limits::default())?;
        let bills = answer::each(found, "Racun", |bill| self.invoice_of(bill, account))?;
        let mut bills = distinct(bills, |one, other| one.id.cmp(&other.id));
        // a page is a place in this order, which must not depend on what came late
        bills.sort_by_cached_key(|bill| (bill.issued.map(position), bill.number.clone()));
        Ok(bills)
    }
}

/// The days of issue that a filter is about.
fn issued(filter: &InvoiceFilter) -> Result<DateRange, Error> {
    Ok(match filter {
        InvoiceFilter::All => DateRange { first: None, last: None },
        InvoiceFilter::Issued(range) => *range,
        InvoiceFilter::Periods(periods) => {
            let begin = |period: Period| {
                civil_date(komunala_adapter_sdk::Date { year: period.year, month: period.month, day: 1 })
            };
            let last = match periods.last {
                Some(period) => {
                    let late =
                        begin(period)?.saturating_add((ISSUED_WITHIN_MONTHS + 1).months()).saturating_sub(1.day());
                    Some(contract_date(late.min(today())))
                }
                None => None,
            };
            DateRange { first: periods.first.map(begin).transpose()?.map(contract_date), last }
        }
    })
}

fn holds(periods: &PeriodRange, period: Period) -> bool {
    let month = |period: Period| (period.year, period.month);
    periods.first.is_none_or(|first| month(first) <= month(period))
        && periods.last.is_none_or(|last| month(period) <= month(last))
}

impl Invoices for Water {
    fn list_invoices(account: String, filter: InvoiceFilter, page: PageRequest) -> Result<InvoicePage, Error> {
        BillingSystem::here()?.invoices(&account, &filter, &page)
    }

    fn get_invoice(invoice: String) -> Result<Invoice, Error> {
        BillingSystem::here()?.invoice(&invoice)
    }
}

//! `invoices`: bills are listed per metering point, and make one list per account.

use komunala_adapter_sdk::{
    Date, Error,
    http::Transport,
    invoice_types::Invoice,
    invoices::{InvoiceFilter, InvoicePage, Invoices},
    types::PageRequest,
};

use crate::{AccountKey, Electricity, account_key::InvoiceKey, billing::BillingSystem, invoice::WireInvoice};

/// The most bills of a page.
const MAX_SIZE: u16 = 200;

/// Where a page begins: behind this bill of this point. A list has no pages of its own and may grow in between, so a
/// place in it is a bill, not a number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// which of the account's points
    point: usize,
    /// day of issue and id of the last bill that was given out, if any of this point was
    last: Option<(String, String)>,
}

impl Place {
    fn of(cursor: Option<&str>) -> Result<Self, Error> {
        let Some(cursor) = cursor else { return Ok(Self { point: 0, last: None }) };
        let malformed = || Error::rejected("page.cursor", "malformed", "not a cursor of this list");
        let mut parts = cursor.splitn(3, ' ');
        let point = parts.next().and_then(|point| point.parse().ok()).ok_or_else(malformed)?;
        match (parts.next(), parts.next()) {
            (None, None) => Ok(Self { point, last: None }),
            (Some(issued), Some(id)) => Ok(Self { point, last: Some((issued.to_owned(), id.to_owned())) }),
            _ => Err(malformed()),
        }
    }

    fn cursor(&self) -> String {
        match &self.last {
            None => self.point.to_string(),
            Some((issued, id)) => format!("{} {issued} {id}", self.point),
        }
    }
}

impl<T: Transport> BillingSystem<T> {
    /// A page of an account's bills, point by point, each point's by day of issue; the contract's `list-invoices`.
    pub fn invoices(&self, account: &str, filter: &InvoiceFilter, page: &PageRequest) -> Result<InvoicePage, Error> {
        let key = AccountKey::parse(account)?;
        let mut place = Place::of(page.cursor.as_deref())?;
        let size = usize::from(page.size_up_to(MAX_SIZE)?);
        let mut items = Vec::new();
        while let Some(point) = key.points().get(place.point) {
            let mut rest = self.invoices_of(point, filter)?;
            rest.retain(|invoice| place.last.as_ref().is_none_or(|last| position(invoice) > *last));
            let room = size - items.len();
            let is_whole = rest.len() <= room;
            rest.truncate(room);
            let last = rest.last().map(position);
            for invoice in rest {
                items.push(invoice.into_invoice(&key)?);
            }
            if is_whole {
                place = Place { point: place.point + 1, last: None };
            } else {
                place.last = last.or(place.last);
            }
            if items.len() == size {
                break;
            }
        }
        let next = (place.point < key.points().len()).then(|| place.cursor());
        Ok(InvoicePage { items, next })
    }

    /// The bills of a metering point, each once, by day of issue.
    fn invoices_of(&self, point: &str, filter: &InvoiceFilter) -> Result<Vec<WireInvoice>, Error> {
        let request = self.ask(&["racuni"])?.query("merilnoMesto", point);
        let request = match filter {
            InvoiceFilter::All => request,
            InvoiceFilter::Issued(range) => request.query_some("od", range.first).query_some("do", range.last),
            InvoiceFilter::Periods(range) => request.query_some("od", range.first).query_some("do", range.last),
        };
        let mut invoices: Vec<WireInvoice> = match self.read(&request) {
            Ok(response) => response.json()?,
            // a point that is gone has no bills; the others have theirs
            Err(Error::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        if invoices.iter().any(|invoice| invoice.merilno_mesto != point) {
            return Err(Error::upstream("bills of a metering point that was not asked for"));
        }
        invoices.sort_by_key(position);
        invoices.dedup_by(|one, other| one.id == other.id);
        Ok(invoices)
    }

    /// One bill; the contract's `get-invoice`.
    pub fn invoice(&self, invoice: &str) -> Result<Invoice, Error> {
        let key = InvoiceKey::parse(invoice)?;
        let wire: WireInvoice = self.read(&self.ask(&["racuni", &key.invoice])?)?.json()?;
        if wire.id != key.invoice || key.account.point(&wire.merilno_mesto).is_err() {
            return Err(Error::upstream("a bill that was not asked for"));
        }
        wire.into_invoice(&key.account)
    }
}

/// What bills of a point are sorted by. Days sort as their texts do.
fn position(invoice: &WireInvoice) -> (String, String) {
    (invoice.izdano.as_ref().map(Date::to_string).unwrap_or_default(), invoice.id.clone())
}

impl Invoices for Electricity {
    fn list_invoices(account: String, filter: InvoiceFilter, page: PageRequest) -> Result<InvoicePage, Error> {
        BillingSystem::here()?.invoices(&account, &filter, &page)
    }

    fn get_invoice(invoice: String) -> Result<Invoice, Error> {
        BillingSystem::here()?.invoice(&invoice)
    }
}

//! The bill run: which invoices a customer gets for a month, and what stands on them.

mod beside;
mod chernihiv;
mod measured;
mod ruma;

use jiff::civil::Date;

use super::customer::Customer;
use super::invoice::{Invoice, InvoiceNo, Line};
use super::utility::Utility;
use crate::amount::Amount;
use crate::month::Month;

pub(super) use beside::withdrawn;

/// How many closed months have bills.
pub(super) const MONTHS: i32 = 24;

/// The last month whose first bills have been issued.
pub(super) fn last_begun(utility: Utility, today: Date) -> Month {
    last(today, |period| utility.begun(period))
}

/// The last month all of whose bills have been issued.
pub(super) fn last_complete(utility: Utility, today: Date) -> Month {
    last(today, |period| utility.complete(period))
}

fn last(today: Date, day: impl Fn(Month) -> Date) -> Month {
    let previous = Month::of(today).plus(-1);
    if day(previous) <= today { previous } else { previous.plus(-1) }
}

/// Everything issued to a customer for a month, the monthly bills first. The account must be open, the month begun.
pub(super) fn issue(customer: Customer, period: Month) -> Vec<Invoice> {
    let mut bills = match customer.utility {
        Utility::Ruma => vec![ruma::bill(customer, period)],
        Utility::Chernihiv => chernihiv::bills(customer, period),
    };
    let beside = bills.last().and_then(|bill| beside::beside(bill, customer, period));
    bills.extend(beside);
    bills
}

/// The day on which the monthly bill with this number comes; `None` if the number is no monthly bill's.
pub(super) fn expected(customer: Customer, period: Month, invoice_no: &str) -> Option<Date> {
    let mut issuers = customer.utility.issuers().iter();
    let issuer = issuers.find(|issuer| {
        let suffix = issuer.map_or("", |issuer| issuer.suffix());
        InvoiceNo::compose(period, &customer.number(), suffix) == invoice_no
    })?;
    Some(customer.utility.issued(*issuer, period))
}

/// A line with the utility's value added tax on top of `net`.
fn taxed(
    utility: Utility,
    code: &'static str,
    text: &'static str,
    (qty, unit): (String, &'static str),
    net: Amount,
) -> Line {
    let (percent, vat_rate) = utility.vat();
    Line { code, text, qty, unit, net, vat_rate, gross: net + net.percent(percent) }
}

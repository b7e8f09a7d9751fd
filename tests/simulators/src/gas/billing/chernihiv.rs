//! Chernihivgaz's monthly bills: the network's for delivering the gas, the supplier's for the gas, each with what the
//! state takes over.

use super::measured::Conversion;
use super::taxed;
use crate::amount::{Amount, Decimal, divide_rounded};
use crate::gas::customer::{Category, Customer};
use crate::gas::invoice::{Due, Invoice, InvoiceKind, InvoiceNo, Line, Payment, Read};
use crate::gas::issuer::Issuer;
use crate::gas::kind::Kind;
use crate::gas::point::points;
use crate::gas::usage::{Usage, zero_month};
use crate::gas::utility::Utility;
use crate::month::Month;

/// Hundredths of a cubic metre a month where no meter measures.
const FLAT_RATE: i64 = 3_280;
/// Of a cubic metre, without tax, in ten-thousandths of a hryvnia.
const GAS: i64 = 66_333;
const DISTRIBUTION: i64 = 16_500;
/// Per cent of the supplier's bill that a privilege takes off.
const PRIVILEGE: i64 = 25;
/// The most that a subsidy pays on one bill.
const SUBSIDY: Amount = Amount::from_minor(30_000);

/// The network's bill, then the supplier's.
pub(super) fn bills(customer: Customer, period: Month) -> Vec<Invoice> {
    let mut volume = 0;
    let mut reads = Vec::new();
    for point in points(customer) {
        let conversion = Conversion::of(point, period);
        let flows = Usage::of(point, period).flows(period);
        volume += match flows.as_slice() {
            [] => FLAT_RATE,
            flows => flows.iter().map(|flow| conversion.volume(flow)).sum(),
        };
        reads.extend(flows.iter().map(|flow| conversion.read(point, flow)));
    }
    if customer.kind() == Kind::ZeroBills && zero_month(period) {
        volume = 0;
    }
    let network = line("DISTRIBUTION", "Розподіл природного газу", volume, DISTRIBUTION);
    let supplier = line("GAS", "Природний газ", volume, GAS);
    vec![
        bill(customer, period, Issuer::Network, network, reads.clone()),
        bill(customer, period, Issuer::Supplier, supplier, reads),
    ]
}

fn line(code: &'static str, text: &'static str, volume: i64, price: i64) -> Line {
    let net = Amount::from_minor(divide_rounded(i128::from(volume) * i128::from(price), 10_000));
    taxed(Utility::Chernihiv, code, text, (Decimal { scaled: volume, decimals: 2 }.to_string(), "m3"), net)
}

fn bill(customer: Customer, period: Month, issuer: Issuer, line: Line, reads: Vec<Read>) -> Invoice {
    let household = customer.category() == Category::Household;
    let charged = line.gross;
    let privilege = (household && issuer == Issuer::Supplier && customer.is_privileged())
        .then(|| charged.percent(PRIVILEGE))
        .filter(|relief| *relief > Amount::ZERO);
    let rest = charged - privilege.unwrap_or_default();
    let subsidy = (household && customer.is_subsidised()).then(|| rest.percent(50).min(SUBSIDY));
    let subsidy = subsidy.filter(|relief| *relief > Amount::ZERO);
    let total = rest - subsidy.unwrap_or_default();
    Invoice {
        invoice_no: InvoiceNo::compose(period, &customer.number(), issuer.suffix()),
        account_id: customer.account_id(),
        kind: InvoiceKind::Invoice,
        issuer: Some(issuer),
        period,
        issued: Utility::Chernihiv.issued(Some(issuer), period),
        points: points(customer).iter().map(|point| point.id()).collect(),
        reads,
        lines: vec![line],
        privilege,
        subsidy,
        total,
        currency: Utility::Chernihiv.currency(),
        due: vec![Due { part: 1, amount: total, date: period.plus(1).last_day() }],
        payment: Payment {
            account: issuer.iban(),
            payee: issuer.name(),
            model: None,
            reference: customer.number(),
            code: None,
            purpose: format!("за газ {:02}.{:04}", period.number(), period.year()),
        },
        note: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gas::customer::Population;

    #[test]
    fn what_the_state_takes_over_is_off_the_total_already() {
        let population = Population { utility: Utility::Chernihiv, ..Population::of(7, 250) };
        let mut reliefs = (0, 0);
        for bill in population.all().flat_map(|customer| bills(customer, Month::new(2024, 7))) {
            let charged: Amount = bill.lines.iter().map(|line| line.gross).sum();
            let off = bill.privilege.unwrap_or_default() + bill.subsidy.unwrap_or_default();
            assert_eq!(bill.total, charged - off, "{}", bill.invoice_no);
            assert_eq!(bill.due.iter().map(|due| due.amount).sum::<Amount>(), bill.total);
            assert!(bill.issuer == Some(Issuer::Supplier) || bill.privilege.is_none(), "{}", bill.invoice_no);
            reliefs = (reliefs.0 + u32::from(bill.privilege.is_some()), reliefs.1 + u32::from(bill.subsidy.is_some()));
        }
        assert!(reliefs.0 > 20 && reliefs.1 > 20, "{reliefs:?}");
    }
}

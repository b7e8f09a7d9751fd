//! Gas-Ruma's monthly bill: energy and access on one bill, payable in two parts.

use super::measured::Conversion;
use super::taxed;
use crate::amount::{Amount, Decimal, divide_rounded};
use crate::gas::customer::Customer;
use crate::gas::invoice::{Due, Invoice, InvoiceKind, InvoiceNo, Line, Payment};
use crate::gas::kind::Kind;
use crate::gas::point::points;
use crate::gas::usage::{Usage, zero_month};
use crate::gas::utility::Utility;
use crate::month::Month;

/// Hundredths of a kWh a month where no meter measures.
const FLAT_RATE: i64 = 25_000;
const PAYEE_ACCOUNT: &str = "160-123456789-56";
const PAYEE: &str = "JP GAS - RUMA";

pub(super) fn bill(customer: Customer, period: Month) -> Invoice {
    let points = points(customer);
    let mut reads = Vec::new();
    let mut lines = Vec::new();
    for point in &points {
        let flows = Usage::of(*point, period).flows(period);
        let conversion = Conversion::of(*point, period);
        let energy = match flows.as_slice() {
            [] => FLAT_RATE,
            flows => flows.iter().map(|flow| conversion.energy(flow)).sum(),
        };
        lines.push(energy_line(period, energy));
        reads.extend(flows.iter().map(|flow| conversion.read(*point, flow)));
    }
    if !(customer.kind() == Kind::ZeroBills && zero_month(period)) {
        let meters = i64::try_from(points.len().max(1)).expect("an account has few points");
        let net = Amount::from_minor(18_000 * meters);
        lines.push(taxed(Utility::Ruma, "ACCESS", "Pristup sistemu", (meters.to_string(), "mes"), net));
    }
    let total = lines.iter().map(|line| line.gross).sum();
    Invoice {
        invoice_no: InvoiceNo::compose(period, &customer.number(), ""),
        account_id: customer.account_id(),
        kind: InvoiceKind::Invoice,
        issuer: None,
        period,
        issued: Utility::Ruma.issued(None, period),
        points: points.iter().map(|point| point.id()).collect(),
        reads,
        lines,
        privilege: None,
        subsidy: None,
        total,
        currency: Utility::Ruma.currency(),
        due: installments(total, period),
        payment: payment(customer, period),
        note: None,
    }
}

/// A line for so many hundredths of a kWh, at the price of the year.
fn energy_line(period: Month, energy: i64) -> Line {
    // In ten-thousandths of a dinar.
    let price = 49_464 + i64::from(period.year() - 2020) * 1_500;
    let net = Amount::from_minor(divide_rounded(i128::from(energy) * i128::from(price), 10_000));
    let qty = Decimal { scaled: energy, decimals: 2 }.to_string();
    taxed(Utility::Ruma, "ENERGY", "Prirodni gas", (qty, "kWh"), net)
}

/// 60 % on the 20th of the month of issue, the rest five months later; one part of 0.00 if there is nothing to pay.
fn installments(total: Amount, period: Month) -> Vec<Due> {
    let first = period.plus(1).day(20);
    if total == Amount::ZERO {
        return vec![Due { part: 1, amount: total, date: first }];
    }
    let amount = total.percent(60);
    vec![Due { part: 1, amount, date: first }, Due { part: 2, amount: total - amount, date: period.plus(6).day(20) }]
}

fn payment(customer: Customer, period: Month) -> Payment {
    let reference = format!("{}{:04}{:02}", customer.number(), period.year(), period.number());
    let number: u64 = reference.parse().expect("the reference is made of digits");
    let control = 98 - number * 100 % 97;
    Payment {
        account: PAYEE_ACCOUNT,
        payee: PAYEE,
        model: Some("97"),
        reference: format!("{control:02}-{reference}"),
        code: Some("189"),
        purpose: format!("PRIRODNI GAS {:02}/{:04}", period.number(), period.year()),
    }
}

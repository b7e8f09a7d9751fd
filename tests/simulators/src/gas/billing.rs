//! The bill run: which invoices a customer gets for a month, and what stands on them.

use jiff::civil::Date;

use super::customer::Customer;
use super::invoice::{Due, Invoice, InvoiceKind, InvoiceNo, Line, Payment, Read};
use super::kind::Kind;
use super::point::{Point, points};
use super::usage::{EPOCH, Flow, Usage, zero_month};
use crate::amount::{Amount, Decimal, divide_rounded};
use crate::draw::Draw;
use crate::month::Month;

/// How many closed months have bills.
pub(super) const MONTHS: i32 = 24;

pub(super) const CURRENCY: &str = "RSD";
/// Hundredths of a kWh a month where no meter measures.
const FLAT_RATE: i64 = 25_000;
const VAT_PERCENT: i64 = 10;
const PAYEE_ACCOUNT: &str = "160-123456789-56";
const PAYEE: &str = "JP GAS - RUMA";

/// The day on which the bills of a month are issued.
pub(super) fn issued(period: Month) -> Date {
    period.plus(1).day(3)
}

/// The last month whose bills have been issued.
pub(super) fn last_closed(today: Date) -> Month {
    let previous = Month::of(today).plus(-1);
    if issued(previous) <= today { previous } else { previous.plus(-1) }
}

/// Everything issued to a customer for a month, the monthly bill first. The account must be open, the month closed.
pub(super) fn issue(customer: Customer, period: Month) -> Vec<Invoice> {
    let bill = monthly_bill(customer, period);
    let beside = match beside(customer, period) {
        Some(Beside::Credit) => Some(credit_note(&bill, customer)),
        Some(Beside::Reminder) => Some(reminder(&bill, customer)),
        Some(Beside::Advance) => Some(advance(&bill, customer)),
        Some(Beside::Double) => {
            Some(Invoice { invoice_no: InvoiceNo::compose(period, &customer.number(), "D"), ..bill.clone() })
        }
        None => None,
    };
    std::iter::once(bill).chain(beside).collect()
}

/// The number of a bill that was issued twice in the month and taken back when the next month's bills came.
pub(super) fn withdrawn(customer: Customer, period: Month) -> Option<String> {
    (beside(customer, period) == Some(Beside::Double)).then(|| InvoiceNo::compose(period, &customer.number(), "D"))
}

/// What a special customer gets beside the bill of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Credit,
    Reminder,
    Advance,
    Double,
}

fn beside(customer: Customer, period: Month) -> Option<Beside> {
    let every = |months: i32| period.since(EPOCH).rem_euclid(months) == 0;
    match customer.kind() {
        Kind::CreditNotes if every(6) => Some(Beside::Credit),
        Kind::Reminders if every(6) => Some(Beside::Reminder),
        Kind::Advances if every(6) => Some(Beside::Advance),
        Kind::Withdrawn if every(2) => Some(Beside::Double),
        _ => None,
    }
}

fn monthly_bill(customer: Customer, period: Month) -> Invoice {
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
        reads.extend(flows.iter().map(|flow| read(*point, flow, &conversion)));
    }
    if !(customer.kind() == Kind::ZeroBills && zero_month(period)) {
        let meters = i64::try_from(points.len().max(1)).expect("an account has few points");
        lines.push(taxed("ACCESS", "Pristup sistemu", meters.to_string(), "mes", Amount::from_minor(18_000 * meters)));
    }
    let total = lines.iter().map(|line| line.gross).sum();
    Invoice {
        invoice_no: InvoiceNo::compose(period, &customer.number(), ""),
        account_id: customer.account_id(),
        kind: InvoiceKind::Invoice,
        period,
        issued: issued(period),
        points: points.iter().map(|point| point.id()).collect(),
        reads,
        lines,
        total,
        currency: CURRENCY,
        due: installments(total, period),
        payment: payment(customer, period),
    }
}

/// From cubic metres to energy.
struct Conversion {
    /// Correction for pressure and temperature, in ten-thousandths.
    correction: i64,
    /// Gross calorific value, in thousandths of a kWh per cubic metre.
    calorific: i64,
}

impl Conversion {
    fn of(point: Point, period: Month) -> Self {
        let seed = point.customer.seed;
        let month = u64::from(period.since(EPOCH).unsigned_abs());
        Self {
            correction: Draw::new(seed, "correction", point.key()).between(10_050, 10_250),
            calorific: Draw::new(seed, "calorific", month).between(10_300, 10_700),
        }
    }

    /// Hundredths of a kWh.
    fn energy(&self, flow: &Flow) -> i64 {
        let product = i128::from(flow.volume) * i128::from(self.correction) * i128::from(self.calorific);
        divide_rounded(product, 100_000 * 10_i128.pow(u32::from(flow.meter.decimals)))
    }
}

fn read(point: Point, flow: &Flow, conversion: &Conversion) -> Read {
    let decimal = |scaled, decimals| Decimal { scaled, decimals }.to_string();
    let decimals = flow.meter.decimals;
    Read {
        point_id: point.id(),
        serial: flow.meter.serial.clone(),
        from: decimal(flow.from, decimals),
        to: decimal(flow.to, decimals),
        m3: decimal(flow.volume, decimals),
        k: decimal(conversion.correction, 4),
        gcv_kwh_m3: decimal(conversion.calorific, 3),
        kwh: decimal(conversion.energy(flow), 2),
    }
}

/// A line for so many hundredths of a kWh, at the price of the year.
fn energy_line(period: Month, energy: i64) -> Line {
    // In ten-thousandths of a dinar.
    let price = 49_464 + i64::from(period.year() - 2020) * 1_500;
    let net = Amount::from_minor(divide_rounded(i128::from(energy) * i128::from(price), 10_000));
    taxed("ENERGY", "Prirodni gas", Decimal { scaled: energy, decimals: 2 }.to_string(), "kWh", net)
}

fn taxed(code: &'static str, text: &'static str, qty: String, unit: &'static str, net: Amount) -> Line {
    Line { code, text, qty, unit, net, vat_rate: "10", gross: net + net.percent(VAT_PERCENT) }
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
        model: "97",
        reference: format!("{control:02}-{reference}"),
        code: "189",
        purpose: format!("PRIRODNI GAS {:02}/{:04}", period.number(), period.year()),
    }
}

fn credit_note(bill: &Invoice, customer: Customer) -> Invoice {
    let line = taxed("RECALCULATION", "Obračunska razlika", "1".to_owned(), "kom", -bill.total.percent(15));
    Invoice {
        invoice_no: InvoiceNo::compose(bill.period, &customer.number(), "K"),
        kind: InvoiceKind::Credit,
        reads: Vec::new(),
        total: line.gross,
        lines: vec![line],
        due: Vec::new(),
        ..bill.clone()
    }
}

fn reminder(bill: &Invoice, customer: Customer) -> Invoice {
    let total = bill.total.percent(40);
    Invoice {
        invoice_no: InvoiceNo::compose(bill.period, &customer.number(), "O"),
        kind: InvoiceKind::Reminder,
        reads: Vec::new(),
        lines: Vec::new(),
        total,
        due: vec![Due { part: 1, amount: total, date: bill.period.plus(1).last_day() }],
        ..bill.clone()
    }
}

fn advance(bill: &Invoice, customer: Customer) -> Invoice {
    let line = taxed("ADVANCE", "Avans za narednu sezonu", "1".to_owned(), "kom", Amount::from_minor(200_000));
    Invoice {
        invoice_no: InvoiceNo::compose(bill.period, &customer.number(), "A"),
        kind: InvoiceKind::Advance,
        reads: Vec::new(),
        total: line.gross,
        due: vec![Due { part: 1, amount: line.gross, date: bill.period.plus(1).day(20) }],
        lines: vec![line],
        ..bill.clone()
    }
}

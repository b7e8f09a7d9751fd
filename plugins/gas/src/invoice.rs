//! An invoice as the billing system issued it.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Period, Quantity, exponent,
    invoice_types::{
        BilledRead, Installment, Invoice, InvoiceKind, InvoiceLine, PaymentInstruction, Subtotal, SubtotalKind,
    },
    types::{Document, Issuer},
};
use serde::Deserialize;

use crate::{
    account::{CUBIC_METRES, REGISTER},
    text::said,
};

/// What a bill is written in where it is about energy.
const KILOWATT_HOURS: &str = "kWh";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireInvoice {
    pub(crate) invoice_no: String,
    account_id: String,
    kind: Kind,
    period: Option<Period>,
    issued: Option<Date>,
    points: Option<Vec<String>>,
    reads: Option<Vec<Read>>,
    lines: Option<Vec<Line>>,
    total: Decimal,
    currency: String,
    due: Option<Vec<Due>>,
    payment: Option<Payment>,
    issuer: Option<String>,
    privilege: Option<Decimal>,
    subsidy: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    Invoice,
    Credit,
    Advance,
    Reminder,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    point_id: String,
    serial: String,
    from: Decimal,
    to: Decimal,
    m3: Option<Decimal>,
    k: Option<Decimal>,
    #[serde(rename = "gcvKwhM3")]
    gcv_kwh_m3: Option<Decimal>,
    kwh: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    code: Option<String>,
    text: String,
    qty: Option<Decimal>,
    unit: Option<String>,
    net: Option<Decimal>,
    vat_rate: Option<Decimal>,
    gross: Option<Decimal>,
}

#[derive(Deserialize)]
struct Due {
    part: u16,
    amount: Decimal,
    date: Option<Date>,
}

#[derive(Deserialize)]
struct Payment {
    account: Option<String>,
    /// the other variant's name of the same thing
    iban: Option<String>,
    payee: Option<String>,
    model: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    code: Option<String>,
    purpose: Option<String>,
}

impl WireInvoice {
    /// The contract's invoice. Amounts that its currency cannot express are [`Error::Upstream`].
    pub(crate) fn into_invoice(self) -> Result<Invoice, Error> {
        let places = exponent(&self.currency).map_err(|error| Error::upstream(format_args!("invoice: {error}")))?;
        let amount = |value: Decimal| value.minor_units(places).map_err(Error::upstream);
        let reliefs = [(SubtotalKind::Privilege, self.privilege), (SubtotalKind::Subsidy, self.subsidy)];
        Ok(Invoice {
            number: self.invoice_no.clone(),
            id: self.invoice_no,
            account: self.account_id,
            kind: match self.kind {
                Kind::Invoice => InvoiceKind::Invoice,
                Kind::Credit => InvoiceKind::CreditNote,
                Kind::Advance => InvoiceKind::Advance,
                Kind::Reminder => InvoiceKind::Reminder,
            },
            period: self.period,
            issued: self.issued,
            available_from: None,
            issuer: said(self.issuer).map(|code| Issuer { code, name: None }),
            supply_points: self.points.unwrap_or_default(),
            lines: each(self.lines, |line| line.mapped(amount))?,
            subtotals: reliefs
                .into_iter()
                .filter_map(|(kind, value)| Some(amount(value?).map(|amount| Subtotal { kind, amount })))
                .collect::<Result<_, _>>()?,
            total: amount(self.total)?,
            signed_total: true,
            installments: each(self.due, |due| {
                Ok(Installment { part: due.part, amount: amount(due.amount)?, due: due.date })
            })?,
            currency: self.currency,
            discounts: Vec::new(),
            buckets: Vec::new(),
            payment: self.payment.and_then(Payment::mapped),
            reads: self.reads.unwrap_or_default().into_iter().map(Read::mapped).collect(),
            document_types: Some(vec![Document::PDF.to_owned()]),
        })
    }
}

impl Line {
    fn mapped(self, amount: impl Fn(Decimal) -> Result<i64, Error>) -> Result<InvoiceLine, Error> {
        Ok(InvoiceLine {
            code: said(self.code),
            text: self.text,
            quantity: self.qty.map(|value| quantity(value, self.unit.as_deref().unwrap_or_default())),
            unit_price: None,
            net: self.net.map(&amount).transpose()?,
            vat_rate: self.vat_rate,
            vat: None,
            gross: self.gross.map(&amount).transpose()?,
        })
    }
}

impl Read {
    fn mapped(self) -> BilledRead {
        BilledRead {
            supply_point: self.point_id,
            meter: self.serial,
            register: REGISTER.to_owned(),
            first: self.from,
            last: self.to,
            used: self.m3.map(|value| quantity(value, CUBIC_METRES)),
            conversion: self.k,
            calorific_value: self.gcv_kwh_m3.map(|value| quantity(value, "kWh/m3")),
            energy: self.kwh.map(|value| quantity(value, KILOWATT_HOURS)),
        }
    }
}

impl Payment {
    /// None where there is no account to pay to.
    fn mapped(self) -> Option<PaymentInstruction> {
        Some(PaymentInstruction {
            account: said(self.account).or_else(|| said(self.iban))?,
            payee: said(self.payee),
            model: said(self.model),
            reference: said(self.reference),
            code: said(self.code),
            purpose: said(self.purpose),
        })
    }
}

fn each<A, B>(wire: Option<Vec<A>>, map: impl Fn(A) -> Result<B, Error>) -> Result<Vec<B>, Error> {
    wire.unwrap_or_default().into_iter().map(map).collect()
}

fn quantity(value: Decimal, unit: &str) -> Quantity {
    Quantity { value, unit: unit.to_owned() }
}

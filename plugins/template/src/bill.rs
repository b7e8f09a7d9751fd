//! A bill as the billing system issued it, and as the contract has it.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Period, Quantity, exponent,
    invoice_types::{Installment, Invoice, InvoiceKind, InvoiceLine, PaymentInstruction},
    types::Document,
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct WireBill {
    pub(crate) no: String,
    customer: String,
    month: Period,
    issued: Date,
    due: Option<Date>,
    currency: String,
    total: Decimal,
    places: Vec<String>,
    lines: Vec<Line>,
    payment: Option<Payment>,
}

#[derive(Deserialize)]
struct Line {
    code: Option<String>,
    text: String,
    quantity: Option<Decimal>,
    unit: Option<String>,
    net: Option<Decimal>,
    vat_rate: Option<Decimal>,
    gross: Option<Decimal>,
}

#[derive(Deserialize)]
struct Payment {
    account: String,
    model: Option<String>,
    reference: Option<String>,
}

impl WireBill {
    /// The contract's invoice. Amounts are texts with a point; they become whole numbers of the currency's smallest unit,
    /// and one that the currency cannot express is `upstream`, never rounded.
    pub(crate) fn into_invoice(self) -> Result<Invoice, Error> {
        let places = exponent(&self.currency).map_err(|error| Error::upstream(format_args!("bill: {error}")))?;
        let amount = |value: Decimal| value.minor_units(places).map_err(Error::upstream);
        let total = amount(self.total)?;
        let lines: Result<Vec<_>, Error> = self.lines.into_iter().map(|line| line.mapped(amount)).collect();
        Ok(Invoice {
            number: self.no.clone(),
            id: self.no,
            account: self.customer,
            kind: InvoiceKind::Invoice,
            period: Some(self.month),
            issued: Some(self.issued),
            available_from: None,
            issuer: None,
            supply_points: self.places,
            lines: lines?,
            subtotals: Vec::new(),
            total,
            signed_total: false,
            installments: vec![Installment { part: 1, amount: total, due: self.due }],
            currency: self.currency,
            discounts: Vec::new(),
            buckets: Vec::new(),
            payment: self.payment.map(Payment::mapped),
            reads: Vec::new(),
            document_types: Some(vec![Document::PDF.to_owned()]),
        })
    }
}

impl Line {
    fn mapped(self, amount: impl Fn(Decimal) -> Result<i64, Error>) -> Result<InvoiceLine, Error> {
        let unit = self.unit.unwrap_or_else(|| "pcs".to_owned());
        Ok(InvoiceLine {
            code: self.code,
            text: self.text,
            quantity: self.quantity.map(|value| Quantity { value, unit }),
            unit_price: None,
            net: self.net.map(&amount).transpose()?,
            vat_rate: self.vat_rate,
            vat: None,
            gross: self.gross.map(&amount).transpose()?,
        })
    }
}

impl Payment {
    fn mapped(self) -> PaymentInstruction {
        PaymentInstruction {
            account: self.account,
            payee: None,
            model: self.model,
            reference: self.reference,
            code: None,
            purpose: None,
        }
    }
}

//! An invoice as the billing system issued it.

use komunala_adapter_sdk::{
    Date, Decimal, Error, Period, Quantity, exponent,
    invoice_types::{Installment, Invoice, InvoiceKind, InvoiceLine, PaymentInstruction},
    types::Document,
};
use serde::Deserialize;

use crate::{AccountKey, account_key::InvoiceKey, documents::ESLOG, text::said};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireInvoice {
    pub(crate) id: String,
    stevilka: Option<String>,
    pub(crate) merilno_mesto: String,
    obdobje: Option<Period>,
    pub(crate) izdano: Option<Date>,
    zapade: Option<Date>,
    postavke: Option<Vec<Line>>,
    znesek: Decimal,
    valuta: String,
    placilo: Option<Payment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    sifra: Option<String>,
    naziv: String,
    kolicina: Option<Decimal>,
    enota: Option<String>,
    neto: Option<Decimal>,
    stopnja_ddv: Option<Decimal>,
    bruto: Option<Decimal>,
}

#[derive(Deserialize)]
struct Payment {
    iban: Option<String>,
    prejemnik: Option<String>,
    sklic: Option<String>,
    koda: Option<String>,
    namen: Option<String>,
}

impl WireInvoice {
    /// The contract's invoice. Amounts that its currency cannot express are [`Error::Upstream`].
    pub(crate) fn into_invoice(self, account: &AccountKey) -> Result<Invoice, Error> {
        let places = exponent(&self.valuta).map_err(|error| Error::upstream(format_args!("invoice: {error}")))?;
        let amount = |value: Decimal| value.minor_units(places).map_err(Error::upstream);
        let total = amount(self.znesek)?;
        // nothing is to be paid of what is owed to the customer
        let due = (total >= 0).then_some(Installment { part: 1, amount: total, due: self.zapade });
        Ok(Invoice {
            id: InvoiceKey::id(&self.id, account)?,
            account: account.to_string(),
            number: said(self.stevilka).unwrap_or(self.id),
            kind: InvoiceKind::Invoice,
            period: self.obdobje,
            issued: self.izdano,
            available_from: None,
            issuer: None,
            supply_points: vec![self.merilno_mesto],
            lines: self
                .postavke
                .unwrap_or_default()
                .into_iter()
                .map(|line| line.mapped(amount))
                .collect::<Result<_, _>>()?,
            subtotals: Vec::new(),
            total,
            // its amounts are numbers with a sign, and who feeds in may be owed something
            signed_total: true,
            currency: self.valuta,
            installments: due.into_iter().filter(|due| due.due.is_some()).collect(),
            discounts: Vec::new(),
            buckets: Vec::new(),
            payment: self.placilo.and_then(Payment::mapped),
            reads: Vec::new(),
            document_types: Some(vec![Document::PDF.to_owned(), ESLOG.to_owned()]),
        })
    }
}

impl Line {
    fn mapped(self, amount: impl Fn(Decimal) -> Result<i64, Error>) -> Result<InvoiceLine, Error> {
        let unit = said(self.enota);
        Ok(InvoiceLine {
            code: said(self.sifra),
            text: self.naziv,
            quantity: self.kolicina.zip(unit).map(|(value, unit)| Quantity { value, unit }),
            unit_price: None,
            net: self.neto.map(&amount).transpose()?,
            vat_rate: self.stopnja_ddv,
            vat: None,
            gross: self.bruto.map(&amount).transpose()?,
        })
    }
}

impl Payment {
    /// None where there is no account to pay to.
    fn mapped(self) -> Option<PaymentInstruction> {
        Some(PaymentInstruction {
            account: said(self.iban)?,
            payee: said(self.prejemnik),
            // the reference begins with its model (SI00, SI12), as it is printed
            model: None,
            reference: said(self.sklic),
            code: said(self.koda),
            purpose: said(self.namen),
        })
    }
}

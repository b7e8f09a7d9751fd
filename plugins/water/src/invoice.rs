//! A bill as the billing system has it.

use komunala_adapter_sdk::{
    Decimal, Error, Quantity,
    http::Transport,
    invoice_types::{Installment, Invoice, InvoiceKind, InvoiceLine, PaymentInstruction, Subtotal, SubtotalKind},
    types::Period,
    xml::{Element, XmlError},
};

use crate::{
    billing::BillingSystem,
    value::{date, decimal, period},
};

/// A bill's id: the billing system finds a bill only by its customer.
pub(crate) fn id(account: &str, number: &str) -> String {
    format!("{account}:{number}")
}

/// The customer and the number in a bill's id.
pub(crate) fn parts(id: &str) -> Result<(&str, &str), Error> {
    id.split_once(':').filter(|(_, number)| !number.is_empty()).ok_or(Error::NotFound)
}

impl<T: Transport> BillingSystem<T> {
    /// The bill, which must be the asked customer's.
    pub(crate) fn invoice_of(&self, bill: &Element, account: &str) -> Result<Invoice, Error> {
        if bill.require_value("Sifra")? != account {
            return Err(Error::upstream("a bill of another customer than the one that was asked for"));
        }
        let number = bill.require_value("Broj")?;
        let period = bill.parse("Period", "a period", period)?;
        let total = self.amount(bill.require_parsed("Ukupno", "an amount", decimal)?)?;
        let due = bill.parse("Rok", "a date", date)?;
        let lines = match bill.child("Stavke") {
            Some(lines) => lines.all("Stavka").map(|line| self.line(line)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        // What was paid ahead can make any bill negative, so the sign is no credit note's.
        let installments = if total > 0 { vec![Installment { part: 1, amount: total, due }] } else { Vec::new() };
        Ok(Invoice {
            id: id(account, number),
            account: account.to_owned(),
            number: number.to_owned(),
            kind: InvoiceKind::Invoice,
            period,
            issued: bill.parse("DatumIzdavanja", "a date", date)?,
            available_from: None,
            issuer: None,
            supply_points: vec![account.to_owned()],
            lines,
            subtotals: self.subtotals(bill)?,
            total,
            signed_total: true,
            currency: self.settings.currency.clone(),
            installments,
            discounts: Vec::new(),
            buckets: Vec::new(),
            payment: self.payment(bill, period),
            reads: Vec::new(),
            // About one bill in a hundred has no PDF, and only asking tells.
            document_types: None,
        })
    }

    fn subtotals(&self, bill: &Element) -> Result<Vec<Subtotal>, Error> {
        let mut subtotals = Vec::new();
        for (kind, local) in [(SubtotalKind::Vat, "PDV"), (SubtotalKind::PreviousBalance, "Dug")] {
            if let Some(amount) = bill.parse(local, "an amount", decimal)? {
                subtotals.push(Subtotal { kind, amount: self.amount(amount)? });
            }
        }
        Ok(subtotals)
    }

    /// A line; its text is its kind, of which there may be further ones.
    fn line(&self, line: &Element) -> Result<InvoiceLine, Error> {
        let number = |name: &'static str| -> Result<Option<Decimal>, Error> {
            let value = line.attribute(name).map(str::trim).filter(|value| !value.is_empty());
            let wrong = |_| XmlError::Form { element: format!("Stavka@{name}"), expected: "a number" };
            Ok(value.map(decimal).transpose().map_err(wrong)?)
        };
        let code = line.attribute("vrsta").filter(|code| !code.is_empty());
        let code = code.ok_or_else(|| Error::upstream("a line without a kind"))?;
        let unit = line.attribute("jm").filter(|unit| !unit.is_empty());
        Ok(InvoiceLine {
            code: Some(code.to_owned()),
            text: text(code).to_owned(),
            quantity: number("kol")?.zip(unit).map(|(value, unit)| Quantity { value, unit: unit.to_owned() }),
            unit_price: number("cena")?,
            net: number("iznos")?.map(|amount| self.amount(amount)).transpose()?,
            vat_rate: None,
            vat: None,
            gross: None,
        })
    }

    fn payment(&self, bill: &Element, period: Option<Period>) -> Option<PaymentInstruction> {
        let account = bill.value_of("Racun_za_uplatu")?.to_owned();
        let reference = bill.child("PozivNaBroj");
        let purpose = self.settings.purpose.as_ref().map(|purpose| match period {
            Some(period) => format!("{purpose} {:02}/{:04}", period.month, period.year),
            None => purpose.clone(),
        });
        Some(PaymentInstruction {
            account,
            payee: Some(self.settings.payee.clone()),
            model: reference.and_then(|reference| reference.attribute("model")).map(str::to_owned),
            reference: reference.and_then(Element::value).map(str::to_owned),
            code: Some(self.settings.purpose_code.clone()),
            purpose,
        })
    }
}

/// How a line is printed; one of a kind that is new under its code.
fn text(code: &str) -> &str {
    match code {
        "VODA" => "Voda",
        "KANALIZACIJA" => "Kanalizacija",
        "ODRZAVANJE" => "Održavanje",
        "RAZLIKA_ZAJEDNICKOG_VODOMERA" => "Razlika zajedničkog vodomera",
        other => other,
    }
}

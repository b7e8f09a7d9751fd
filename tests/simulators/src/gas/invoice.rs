//! Invoices in the shape in which they go over the wire.

use jiff::civil::Date;
use serde::Serialize;

use super::issuer::Issuer;
use crate::amount::Amount;
use crate::month::Month;

/// What sort of document an invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum InvoiceKind {
    Invoice,
    Credit,
    Advance,
    Reminder,
}

/// An invoice, a credit note, an advance bill or a reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invoice {
    pub(super) invoice_no: String,
    pub(super) account_id: String,
    pub(super) kind: InvoiceKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<Issuer>,
    pub(super) period: Month,
    pub(super) issued: Date,
    pub(super) points: Vec<String>,
    pub(super) reads: Vec<Read>,
    pub(super) lines: Vec<Line>,
    /// What a privilege by law took off the total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) privilege: Option<Amount>,
    /// What the state pays, off the total too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subsidy: Option<Amount>,
    pub(super) total: Amount,
    pub(super) currency: &'static str,
    pub(super) due: Vec<Due>,
    pub(super) payment: Payment,
    /// What somebody wrote beneath it: printed, and no part of the interface.
    #[serde(skip)]
    pub(super) note: Option<&'static str>,
}

/// What one meter measured in the period; decimals are strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Read {
    pub(super) point_id: String,
    pub(super) serial: String,
    pub(super) from: String,
    pub(super) to: String,
    /// Cubic metres.
    pub(super) m3: String,
    /// Correction for pressure and temperature.
    pub(super) k: String,
    /// Gross calorific value, kWh per cubic metre.
    #[serde(rename = "gcvKwhM3")]
    pub(super) gcv_kwh_m3: String,
    pub(super) kwh: String,
}

/// A position of the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub(super) code: &'static str,
    pub(super) text: &'static str,
    pub(super) qty: String,
    pub(super) unit: &'static str,
    pub(super) net: Amount,
    /// Per cent.
    pub(super) vat_rate: &'static str,
    pub(super) gross: Amount,
}

/// An installment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Due {
    pub(super) part: u8,
    pub(super) amount: Amount,
    pub(super) date: Date,
}

/// What the payer writes on the payment slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Payment {
    pub(super) account: &'static str,
    pub(super) payee: &'static str,
    pub(super) model: Option<&'static str>,
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) code: Option<&'static str>,
    pub(super) purpose: String,
}

/// The number of an invoice taken apart: `24-07-0100042`, and a suffix on what stands beside the monthly bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvoiceNo<'a> {
    pub(super) period: Month,
    pub(super) customer_number: &'a str,
}

impl<'a> InvoiceNo<'a> {
    /// Takes a number apart; `None` if it cannot be one of this system.
    pub(super) fn parse(number: &'a str) -> Option<Self> {
        let (year_and_month, rest) = number.split_at_checked(5)?;
        let period = Month::parse(&format!("20{year_and_month}"))?;
        let customer_number = rest.strip_prefix('-')?.split('-').next()?;
        Some(Self { period, customer_number })
    }

    /// The number of the monthly bill (suffix empty) or of what stands beside it.
    pub(super) fn compose(period: Month, customer_number: &str, suffix: &str) -> String {
        let dash = if suffix.is_empty() { "" } else { "-" };
        format!("{}-{customer_number}{dash}{suffix}", &period.to_string()[2..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_back_to_its_period_and_customer() {
        let july = Month::new(2024, 7);
        for suffix in ["", "K"] {
            let number = InvoiceNo::compose(july, "0100042", suffix);
            assert_eq!(InvoiceNo::parse(&number), Some(InvoiceNo { period: july, customer_number: "0100042" }));
        }
        assert_eq!(InvoiceNo::compose(july, "0100042", ""), "24-07-0100042");
        for number in ["", "24", "24-13-0100042", "24-07", "č4-07-0100042"] {
            assert_eq!(InvoiceNo::parse(number), None, "{number:?}");
        }
    }
}

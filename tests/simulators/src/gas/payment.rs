//! Payments that were told to the billing system.

use jiff::civil::Date;
use serde::Serialize;

use crate::amount::Amount;

/// A payment that came in by `POST /v1/payments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaidIn {
    /// The id that the system gave it.
    pub payment_id: String,
    /// The account on whose card it stands.
    pub account_id: String,
    /// The invoice that was paid.
    pub invoice_no: String,
    /// Greater than zero, in the system's currency.
    pub amount: Amount,
    /// The day of the payment, today at the latest.
    pub paid_on: Date,
    /// The payer's or the payment provider's reference.
    #[serde(rename = "ref")]
    pub reference: String,
}

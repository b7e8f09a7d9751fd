//! Payments that a billing system is told of.

use jiff::civil::Date;

use crate::{Money, text::ExternalId};

/// A payment that was made through the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The invoice it pays, by the billing system's key.
    pub invoice: ExternalId,
    /// What was paid.
    pub amount: Money,
    /// The local day it was paid.
    pub paid_on: Date,
    /// The payment provider's reference.
    pub reference: String,
}

//! Payments that are made through the hub, and what a billing system is told of them.

mod channel;
mod state;

use jiff::civil::Date;

use crate::{Money, text::ExternalId};

pub use channel::{Channel, NotAChannel};
pub use state::{PaymentState, PaymentStep};

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

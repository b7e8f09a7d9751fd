//! The account card: what was billed, paid and corrected, with the balance after each row.

mod running;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Money, balance::Issuer};

pub use running::{Jump, jumps};

/// A row of the account card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The day it was booked.
    pub date: Date,
    /// What it is.
    pub kind: LedgerKind,
    /// The provider's words.
    pub text: Option<String>,
    /// What it adds to the debt; `None` on the unused side.
    pub debit: Option<Money>,
    /// What it takes from the debt; `None` on the unused side.
    pub credit: Option<Money>,
    /// What is owed after the row.
    pub balance: Option<Money>,
    /// What it refers to: an invoice's number, a payment's reference.
    pub reference: Option<String>,
    /// The legal entity, where a provider bills for several.
    pub issuer: Option<Issuer>,
}

/// What a row of the account card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerKind {
    /// An invoice.
    Invoice,
    /// A payment.
    Payment,
    /// A correction.
    Correction,
}

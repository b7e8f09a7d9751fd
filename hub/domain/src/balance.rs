//! What an account owes, and to whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Money, Period,
    invoice::{Invoice, SubtotalKind},
};

/// What an account owes one issuer; a negative amount is a credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The legal entity, where a provider bills for several.
    pub issuer: Option<Issuer>,
    /// What is owed.
    pub amount: Money,
    /// How the debt is made up, where the billing system says.
    pub buckets: Option<Buckets>,
    /// What privileges by law take off; already off the amount.
    pub privileges: Vec<Relief>,
    /// What subsidies take off; already off the amount.
    pub subsidies: Vec<Relief>,
    /// When the billing system worked it out.
    pub stated_at: Option<Timestamp>,
}

/// What the law or the state takes off a customer's bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relief {
    /// How much.
    pub amount: Money,
    /// The month of the bill that says so; `None` where it is said of the whole balance.
    pub period: Option<Period>,
}

impl Relief {
    /// The reliefs of one kind that a bill shows.
    pub fn on(invoice: &Invoice, kind: SubtotalKind) -> Vec<Self> {
        let subtotals = invoice.subtotals.iter().filter(|subtotal| subtotal.kind == kind);
        subtotals.map(|subtotal| Self { amount: subtotal.amount, period: invoice.period }).collect()
    }
}

/// A legal entity that bills.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Issuer {
    /// The provider's short code, such as `NETWORK` and `SUPPLIER`.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
}

/// A debt by its state. `None` is unknown, which is not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buckets {
    /// Billed and not yet due.
    pub current: Option<Money>,
    /// Past its due date.
    pub overdue: Option<Money>,
    /// Sued for.
    pub sued: Option<Money>,
    /// Rescheduled by agreement.
    pub reprogrammed: Option<Money>,
    /// Paid in advance; lowers the debt, never negative.
    pub credit: Option<Money>,
}

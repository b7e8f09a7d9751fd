//! What an account owes, and to whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Money;

/// What an account owes one issuer; a negative amount is a credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The legal entity, where a provider bills for several.
    pub issuer: Option<Issuer>,
    /// What is owed.
    pub amount: Money,
    /// How the debt is made up, where the billing system says.
    pub buckets: Option<Buckets>,
    /// Privileges that the customer enjoys, in the provider's words.
    pub privileges: Vec<String>,
    /// Subsidies that the customer receives, in the provider's words.
    pub subsidies: Vec<String>,
    /// When the billing system worked it out.
    pub stated_at: Option<Timestamp>,
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

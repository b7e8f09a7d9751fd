//! From what a guest answers to what the hub believes.
//!
//! Every value is checked against the contract's bounds and against what was asked: whose account, which currency.
//! One value that does not fit refuses the answer, and the error says where it stood. Only [`change`]s are taken record
//! by record.

pub(crate) mod account;
pub(crate) mod balance;
pub(crate) mod change;
pub(crate) mod document;
pub(crate) mod failure;
pub(crate) mod file;
pub(crate) mod interval;
pub(crate) mod invoice;
pub(crate) mod ledger;
pub(crate) mod outage;
pub(crate) mod reading;
mod value;

use jiff::tz::TimeZone;
use komunala_app::ports::BillingError;
use komunala_domain::{Currency, ExternalId};

pub(crate) use value::{external_id, wire_date, wire_decimal, wire_period};

/// What every answer of a provider's adapter must fit.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The one currency it bills in.
    pub(crate) currency: Currency,
    /// Where its days begin and end.
    pub(crate) zone: TimeZone,
}

/// A value that breaks the contract, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// The field, from the outside in: `items[3].lines[0].net`.
    pub(crate) field: String,
    /// What is wrong; never the value, which may be somebody's name.
    pub(crate) problem: &'static str,
    /// It belongs to another customer: nothing that came with it is believed either.
    pub(crate) is_foreign: bool,
}

/// A value that was checked. What is wrong is boxed: what is right is moved often, and should be no larger for it.
pub(crate) type Checked<T> = Result<T, Box<Invalid>>;

/// A value that breaks the contract.
fn invalid<T>(problem: &'static str) -> Checked<T> {
    Err(Box::new(Invalid { field: String::new(), problem, is_foreign: false }))
}

/// Says where a value stands. The path is put together only when something is wrong.
trait At {
    /// In the field of this name.
    fn at(self, field: &str) -> Self;
    /// At this place of a list.
    fn at_index(self, index: usize) -> Self;
}

impl<T> At for Checked<T> {
    #[inline]
    fn at(self, field: &str) -> Self {
        self.map_err(|wrong| wrong.inside(field))
    }

    #[inline]
    fn at_index(self, index: usize) -> Self {
        self.map_err(|wrong| wrong.inside(&format!("[{index}]")))
    }
}

impl Invalid {
    #[cold]
    fn inside(mut self: Box<Self>, outer: &str) -> Box<Self> {
        let separator = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        self.field = format!("{outer}{separator}{}", self.field);
        self
    }
}

impl From<Box<Invalid>> for BillingError {
    fn from(wrong: Box<Invalid>) -> Self {
        Self::InvalidAnswer { field: wrong.field, problem: wrong.problem.to_owned() }
    }
}

/// Checks a list item by item. It stays where it is, as long as checked items are no larger than those of the contract.
fn list<T, U>(items: Vec<T>, most: usize, check: impl Fn(T) -> Checked<U>) -> Checked<Vec<U>> {
    if items.len() > most {
        return invalid("has too many items");
    }
    items.into_iter().enumerate().map(|(index, item)| check(item).at_index(index)).collect()
}

/// Whether an answer is about the account it was asked for.
fn same_account(found: &str, asked: &ExternalId) -> Checked<()> {
    if found == asked.as_str() {
        return Ok(());
    }
    Err(Box::new(Invalid { field: String::new(), problem: "belongs to another customer", is_foreign: true }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_where_the_value_stood() {
        let wrong: Checked<()> = invalid("is wrong").at("net").at_index(0).at("lines").at_index(3).at("items");
        assert_eq!(wrong.unwrap_err().field, "items[3].lines[0].net");
    }
}

//! What of a bill can be paid on a day.

use jiff::civil::Date;

use super::{Installment, Invoice, InvoiceKind};
use crate::Money;

/// What is paid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payable {
    /// How much.
    pub amount: Money,
    /// The last day to pay it on time, where the bill says so.
    pub due: Option<Date>,
    /// The last day (included) on which it is this much: after it a discount ends.
    pub until: Option<Date>,
}

/// Why nothing can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPayable {
    /// A credit note asks for nothing.
    #[error("a credit note asks for no payment")]
    CreditNote,
    /// Nothing is left to pay: it comes to zero or less.
    #[error("the bill comes to nothing that could be paid")]
    NothingOwed,
    /// The bill does not say how it is paid.
    #[error("the bill does not say to whom it is paid")]
    NoInstruction,
    /// The bill has fewer installments.
    #[error("the bill has {count} installments")]
    NoSuchInstallment {
        /// How many there are.
        count: usize,
    },
}

impl Invoice {
    /// What is paid of it on a day: one of its installments, counted from 1, or the whole of it where none is named.
    ///
    /// Everything is as billed. What is taken off for paying early is taken off the whole bill alone, up to the last day
    /// that it holds; a bill of one installment is the whole bill either way.
    pub fn payable(&self, on: Date, installment: Option<usize>) -> Result<Payable, NotPayable> {
        if self.kind == InvoiceKind::CreditNote {
            return Err(NotPayable::CreditNote);
        }
        if self.payment.is_none() {
            return Err(NotPayable::NoInstruction);
        }
        let payable = match (installment, &self.installments[..]) {
            (None, installments) => self.whole(on, installments.first()),
            (Some(1), [only]) if only.amount == self.total => self.whole(on, Some(only)),
            (Some(number), installments) => {
                let part = number.checked_sub(1).and_then(|at| installments.get(at));
                let part = part.ok_or(NotPayable::NoSuchInstallment { count: installments.len() })?;
                Payable { amount: part.amount, due: Some(part.due), until: None }
            }
        };
        if payable.amount.minor > 0 { Ok(payable) } else { Err(NotPayable::NothingOwed) }
    }

    /// The total, less the discounts that hold.
    fn whole(&self, on: Date, first: Option<&Installment>) -> Payable {
        let holding = || self.discounts.iter().filter(|discount| on <= discount.until);
        let minor = holding().fold(self.total.minor, |left, discount| left.saturating_sub(discount.amount.minor));
        Payable {
            amount: Money { minor, ..self.total },
            due: first.map(|first| first.due),
            until: holding().map(|discount| discount.until).min(),
        }
    }
}

#[cfg(test)]
mod tests;

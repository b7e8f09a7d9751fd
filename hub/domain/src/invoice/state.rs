//! What a bill asks for on a day.

use jiff::civil::Date;

use super::{Invoice, InvoiceKind};

/// What a bill asks for. Whether it was paid meanwhile, billing systems do not say bill by bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceState {
    /// Money, and there is time yet: its last day to pay has not gone by, or it names none.
    Due,
    /// Money, and its last day to pay has gone by.
    PastDue,
    /// Nothing: it is a credit note, or comes to zero or less.
    NothingDue,
}

impl Invoice {
    /// What it asks for on a day. The day on which something is due is in time.
    pub fn state(&self, on: Date) -> InvoiceState {
        let last = self.installments.iter().map(|part| part.due).max();
        if self.kind == InvoiceKind::CreditNote || self.total.minor <= 0 {
            InvoiceState::NothingDue
        } else if last.is_some_and(|last| last < on) {
            InvoiceState::PastDue
        } else {
            InvoiceState::Due
        }
    }
}

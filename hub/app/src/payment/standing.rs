//! How a bill stands by the payments that were made for it through the hub.

use crate::ports::payments::PaymentRow;

/// What of a bill was paid through the hub.
pub(super) struct Standing<'a>(pub(super) &'a [PaymentRow]);

impl Standing<'_> {
    /// Whether a part of the bill was paid, by its number from 1.
    pub(super) fn has_part(&self, number: usize) -> bool {
        self.paid().any(|installment| installment == Some(number))
    }

    /// Whether the bill as a whole was paid.
    pub(super) fn has_whole(&self) -> bool {
        self.paid().any(|installment| installment.is_none())
    }

    /// Whether there is nothing left of what somebody wants to pay: of a part where they name one, or of the whole.
    pub(super) fn is_paid(&self, wanted: Option<usize>) -> bool {
        match wanted {
            _ if self.has_whole() => true,
            Some(number) => self.has_part(number),
            // the whole of a bill of which a part is paid would pay that part twice
            None => self.paid().next().is_some(),
        }
    }

    /// Whether somebody may be paying right now.
    pub(super) fn is_pending(&self) -> bool {
        self.0.iter().any(|row| row.state.is_open() && row.progress.forward.is_some())
    }

    fn paid(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        self.0.iter().filter(|row| row.state.is_paid()).map(|row| row.order.installment)
    }
}

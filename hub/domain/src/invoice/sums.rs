//! Whether a bill adds up. What was billed is shown as it is either way; that its parts do not come to its total is
//! somebody's work at the billing system.

use std::collections::BTreeMap;

use super::{Invoice, InvoiceKind, InvoiceLine, SubtotalKind};

/// Parts of a bill that do not come to its total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// The installments, of which there is one at least.
    #[error("do not come to the total")]
    Installments,
    /// The lines, whichever of the subtotals are taken with them.
    #[error("do not come to the total, with or without any of the subtotals")]
    Lines,
    /// An amount is too large to be added up.
    #[error("are too large to be added up")]
    TooLarge,
}

impl Contradiction {
    /// What of the bill it is about.
    pub fn field(self) -> &'static str {
        match self {
            Self::Installments => "installments",
            Self::Lines | Self::TooLarge => "lines",
        }
    }
}

impl Invoice {
    /// What of the bill does not add up, to the minor unit.
    ///
    /// Billing systems do not say which of their subtotals repeat what stands in the lines and which stand beside them,
    /// so a bill contradicts itself only where no choice of them leads from its lines to its total. Where a line says no
    /// amount, there is nothing to add up. A reminder repeats what other bills said, and is none of its own.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        if self.kind == InvoiceKind::Reminder {
            return Vec::new();
        }
        let mut found = Vec::new();
        if !self.installments.is_empty() {
            let parts = sum(self.installments.iter().map(|part| part.amount.minor));
            found.extend((parts != Some(self.total.minor)).then_some(Contradiction::Installments));
        }
        match self.charged() {
            Charged::Unknown => {}
            Charged::TooLarge => found.push(Contradiction::TooLarge),
            Charged::Sum(charged) if self.leads_to_total(charged) => {}
            Charged::Sum(_) => found.push(Contradiction::Lines),
        }
        found
    }

    /// What the lines come to: all of them with tax, or else all without.
    fn charged(&self) -> Charged {
        let all = |side: fn(&InvoiceLine) -> Option<i64>| self.lines.iter().map(side).collect::<Option<Vec<_>>>();
        let gross = all(|line| line.gross.map(|amount| amount.minor));
        let amounts = gross.or_else(|| all(|line| line.net.map(|amount| amount.minor)));
        match amounts.filter(|amounts| !amounts.is_empty()) {
            None => Charged::Unknown,
            Some(amounts) => sum(amounts.into_iter()).map_or(Charged::TooLarge, Charged::Sum),
        }
    }

    /// Whether some of the subtotals, or none, lead from the lines to the total.
    fn leads_to_total(&self, charged: i64) -> bool {
        // each kind once: there are eight, and what they sum up stands in the lines already or does not
        let mut beside: BTreeMap<u8, i64> = BTreeMap::new();
        for subtotal in &self.subtotals {
            let signed = match subtotal.kind {
                // the lines themselves
                SubtotalKind::Charge => continue,
                // taken off, whichever sign they are printed with
                SubtotalKind::Privilege | SubtotalKind::Subsidy | SubtotalKind::Paid => {
                    subtotal.amount.minor.saturating_abs().saturating_neg()
                }
                SubtotalKind::PreviousBalance
                | SubtotalKind::Recalculation
                | SubtotalKind::Penalty
                | SubtotalKind::Vat => subtotal.amount.minor,
            };
            let of_kind = beside.entry(subtotal.kind as u8).or_default();
            *of_kind = of_kind.saturating_add(signed);
        }
        let mut sums = vec![charged];
        for amount in beside.into_values() {
            let with: Vec<_> = sums.iter().map(|sum| sum.saturating_add(amount)).collect();
            sums.extend(with);
        }
        // lines of a credit note are printed with either sign
        let turned = (self.kind == InvoiceKind::CreditNote).then_some(self.total.minor.saturating_neg());
        sums.iter().any(|sum| *sum == self.total.minor || Some(*sum) == turned)
    }
}

/// What lines come to.
enum Charged {
    Unknown,
    TooLarge,
    Sum(i64),
}

fn sum(mut amounts: impl Iterator<Item = i64>) -> Option<i64> {
    amounts.try_fold(0_i64, i64::checked_add)
}

#[cfg(test)]
mod tests;

//! What is special about a customer.

use crate::special;

/// The one thing that sets a customer apart; nearly all are `Ordinary`.
///
/// Every block of 250 customers in a row has exactly one of each special kind, so a test that needs one finds it among
/// any 250, whatever the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A household with a PIN, a bill with a PDF for every month.
    Ordinary,
    /// A firm.
    Business,
    /// A garage: no heating and no water, a household all the same.
    Garage,
    /// No PIN was ever given out.
    NoPin,
    /// The name is longer than its 40 columns, which end in the middle of a digraph.
    CutName,
    /// Bills without a PDF.
    NoPdf,
    /// Nobody lives there: bills of 0.00.
    ZeroBills,
    /// Bills below zero.
    NegativeBills,
    /// Owes from earlier months: all buckets are there.
    InDebt,
    /// Paid too much: the credit bucket is there, the others are zero.
    InCredit,
    /// Amounts that are not known are blank; no due date, no discount.
    Unsaid,
    /// Two bills a month.
    TwoBills,
    /// Bills are corrected the night after they came.
    Corrected,
    /// Leaves: missing from every full set but the first.
    Leaving,
}

/// How many customers in a row have one of each special kind.
const BLOCK: u64 = 250;

impl Kind {
    /// Every kind but `Ordinary`.
    pub const SPECIAL: [Self; 13] = [
        Self::Business,
        Self::Garage,
        Self::NoPin,
        Self::CutName,
        Self::NoPdf,
        Self::ZeroBills,
        Self::NegativeBills,
        Self::InDebt,
        Self::InCredit,
        Self::Unsaid,
        Self::TwoBills,
        Self::Corrected,
        Self::Leaving,
    ];

    /// The kind of the customer at a place in the population.
    pub(super) fn at(place: u32) -> Self {
        special::kind_at(&Self::SPECIAL, BLOCK, u64::from(place)).unwrap_or(Self::Ordinary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_250_customers_in_a_row_have_one_of_each_special_kind() {
        for start in [0_u32, 1, 689_750] {
            let kinds: Vec<Kind> = (start..start + 250).map(Kind::at).collect();
            for special in Kind::SPECIAL {
                assert_eq!(kinds.iter().filter(|kind| **kind == special).count(), 1, "{special:?}");
            }
        }
    }
}

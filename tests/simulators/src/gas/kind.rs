//! What is special about a customer.

use serde::Serialize;

use crate::special;

/// The one thing that sets a customer apart; nearly all are `Ordinary`.
///
/// Every block of 250 customers in a row has exactly one of each special kind, so a test that needs one finds it among
/// any 250, whatever the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Open, unlocked, one delivery point with one meter, a bill with a PDF for each closed month.
    Ordinary,
    /// The account is closed: 404 everywhere, 403 at verify, a tombstone in the feed.
    Closed,
    /// Locked since before the simulator started: 423 at verify, also with the right PIN.
    Locked,
    /// The delivery point has no EIC.
    NoEic,
    /// The delivery point has no meter; it is billed at a flat rate.
    NoMeter,
    /// The account has no delivery point at all.
    NoPoints,
    /// The delivery point has no recorded appliances.
    NoAppliances,
    /// Three delivery points on one account and one bill.
    SeveralPoints,
    /// A credit note beside the bill twice a year.
    CreditNotes,
    /// A reminder beside the bill twice a year.
    Reminders,
    /// An advance bill beside the bill twice a year.
    Advances,
    /// Nobody lives there: every fourth bill is 0.00.
    ZeroBills,
    /// The meter was exchanged within the last 16 months, and is again every 16 months.
    MeterSwap,
    /// A meter of four digits that passes 9999 at least once a year.
    Rollover,
    /// The PDF of the newest bill comes only with the next bill.
    LatePdf,
    /// Now and then a bill is issued twice; the second one is withdrawn a month later.
    Withdrawn,
}

/// How many customers in a row have one of each special kind.
const BLOCK: u64 = 250;

impl Kind {
    /// Every kind but `Ordinary`.
    pub const SPECIAL: [Self; 15] = [
        Self::Closed,
        Self::Locked,
        Self::NoEic,
        Self::NoMeter,
        Self::NoPoints,
        Self::NoAppliances,
        Self::SeveralPoints,
        Self::CreditNotes,
        Self::Reminders,
        Self::Advances,
        Self::ZeroBills,
        Self::MeterSwap,
        Self::Rollover,
        Self::LatePdf,
        Self::Withdrawn,
    ];

    /// The kind of the customer at a place in the population.
    pub(super) fn at(seed: u64, place: u32) -> Self {
        let place = u64::from(place) + seed % BLOCK;
        special::kind_at(&Self::SPECIAL, BLOCK, place).unwrap_or(Self::Ordinary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_250_customers_in_a_row_have_one_of_each_special_kind() {
        for seed in [0, 7, u64::MAX] {
            for start in [0_u32, 1, 689_750] {
                let kinds: Vec<Kind> = (start..start + 250).map(|place| Kind::at(seed, place)).collect();
                for special in Kind::SPECIAL {
                    assert_eq!(kinds.iter().filter(|kind| **kind == special).count(), 1, "{special:?}, seed {seed}");
                }
            }
        }
    }
}

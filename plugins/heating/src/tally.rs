//! Whether every bill is the sum of its lines, whatever order the lines stand in.
//!
//! Neither 700,000 bills nor their lines fit a guest's memory, so two steps. The first keeps one number per bucket of bills: each bill
//! adds its total times a fingerprint of its number, each line takes its amount times that fingerprint away. A bucket of
//! bills that all fit comes to zero; one bill that does not leaves a rest for certain, several together all but
//! certainly. The second step reads on, and keeps totals and lines of the suspicious buckets only, so that rows that are
//! there twice count once. What is still wrong then is wrong.

use std::collections::{HashMap, HashSet};

/// Buckets, half a megabyte. One bucket holds about ten bills of a large run.
const BUCKETS: usize = 1 << 16;

/// How many bills the second step holds in memory at a time.
const HELD: u64 = 60_000;

/// A bill by a fingerprint of its number.
pub(crate) type BillKey = u64;

/// The fingerprint of a bill number (or of a whole row).
pub(crate) fn key(bytes: &[u8]) -> BillKey {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    // FNV spreads its low bits only; buckets are the high ones
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

fn bucket(bill: BillKey) -> usize {
    usize::try_from(bill >> 48).unwrap_or_default() % BUCKETS
}

/// An amount, or none where it cannot be told.
pub(crate) type Amount = Option<i64>;

/// The first step.
pub(crate) struct Tally {
    buckets: Vec<u64>,
    bills: u64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self { buckets: vec![0; BUCKETS], bills: 0 }
    }

    pub(crate) fn bill(&mut self, bill: BillKey, total: Amount) {
        self.bills += 1;
        self.add(bill, total);
    }

    pub(crate) fn line(&mut self, bill: BillKey, amount: Amount) {
        self.add(bill, amount.map(i64::wrapping_neg));
    }

    /// An odd fingerprint has an inverse, so no rest but zero comes to zero.
    fn add(&mut self, bill: BillKey, amount: Amount) {
        let Some(amount) = amount else {
            // what cannot be told has to be looked at
            self.buckets[bucket(bill)] ^= 1 << 63;
            return;
        };
        let sum = &mut self.buckets[bucket(bill)];
        *sum = sum.wrapping_add((bill | 1).wrapping_mul(amount.cast_unsigned()));
    }

    /// The suspicious buckets, in portions that the second step can hold.
    pub(crate) fn suspects(&self) -> Vec<Suspects> {
        let per_bucket = (self.bills / BUCKETS as u64).max(1);
        let at_once = usize::try_from(HELD / per_bucket).unwrap_or(1).max(1);
        let suspicious: Vec<usize> = (0..BUCKETS).filter(|bucket| self.buckets[*bucket] != 0).collect();
        suspicious.chunks(at_once).map(Suspects::new).collect()
    }
}

/// The second step, for some buckets.
pub(crate) struct Suspects {
    buckets: Vec<bool>,
    bills: HashMap<BillKey, Account>,
}

#[derive(Default)]
struct Account {
    /// none: there is no such bill, or its total cannot be told
    total: Amount,
    sum: i64,
    lines: HashSet<u64>,
    is_spoiled: bool,
}

impl Suspects {
    fn new(suspicious: &[usize]) -> Self {
        let mut buckets = vec![false; BUCKETS];
        suspicious.iter().for_each(|bucket| buckets[*bucket] = true);
        Self { buckets, bills: HashMap::new() }
    }

    /// A later row of the same number replaces the earlier one.
    pub(crate) fn bill(&mut self, bill: BillKey, total: Amount) {
        if self.buckets[bucket(bill)] {
            self.bills.entry(bill).or_default().total = total;
        }
    }

    /// `row` is everything that the line says.
    pub(crate) fn line(&mut self, bill: BillKey, row: &[u8], amount: Amount) {
        if !self.buckets[bucket(bill)] {
            return;
        }
        let account = self.bills.entry(bill).or_default();
        match amount {
            Some(amount) if account.lines.insert(key(row)) => account.sum = account.sum.saturating_add(amount),
            Some(_) => {}
            None => account.is_spoiled = true,
        }
    }

    /// The bills that are not the sum of their lines.
    pub(crate) fn wrong(self) -> impl Iterator<Item = BillKey> {
        let wrong = |account: &Account| account.is_spoiled || account.total != Some(account.sum);
        self.bills.into_iter().filter(move |(_, account)| wrong(account)).map(|(bill, _)| bill)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<(u32, i64)>;

    fn wrong(bills: &[(u32, i64)], lines: &[(u32, i64)]) -> BTreeSet<BillKey> {
        let number = |bill: &u32| key(&bill.to_be_bytes());
        let mut tally = Tally::new();
        bills.iter().for_each(|(bill, total)| tally.bill(number(bill), Some(*total)));
        lines.iter().for_each(|(bill, amount)| tally.line(number(bill), Some(*amount)));
        let mut wrong = BTreeSet::new();
        for mut suspects in tally.suspects() {
            bills.iter().for_each(|(bill, total)| suspects.bill(number(bill), Some(*total)));
            for (bill, amount) in lines {
                suspects.line(number(bill), format!("{bill};{amount}").as_bytes(), Some(*amount));
            }
            wrong.extend(suspects.wrong());
        }
        wrong
    }

    fn run() -> (Rows, Rows) {
        let bills = (0..5_000).map(|bill| (bill, i64::from(bill) * 3 - 700)).collect();
        let lines = (0..10_000).map(|line| {
            let bill = line / 2;
            // two lines of different amounts, whatever the bill comes to
            (bill, if line % 2 == 0 { i64::from(bill) * 2 + 1 } else { i64::from(bill) - 701 })
        });
        (bills, lines.collect())
    }

    #[test]
    fn bills_that_are_the_sum_of_their_lines_are_fine_in_any_order() {
        let (bills, mut lines) = run();
        lines.reverse();
        lines.rotate_left(777);
        assert!(wrong(&bills, &lines).is_empty());
    }

    #[test]
    fn rows_that_are_there_twice_count_once() {
        let (mut bills, mut lines) = run();
        bills.extend_from_within(10..400);
        lines.extend_from_within(100..3_000);
        assert!(wrong(&bills, &lines).is_empty());
    }

    #[test]
    fn a_bill_without_its_lines_and_lines_without_their_bill_are_found() {
        let (bills, lines) = run();
        let found = wrong(&bills[1..], &lines[..9_999]);
        assert_eq!(found, BTreeSet::from([key(&0_u32.to_be_bytes()), key(&4_999_u32.to_be_bytes())]));
    }

    proptest! {
        #[test]
        fn whatever_is_off_by_anything_is_found(at in 0..5_000_usize, by in any::<i32>().prop_filter("off", |by| *by != 0)) {
            let (mut bills, lines) = run();
            bills[at].1 += i64::from(by);
            prop_assert_eq!(wrong(&bills, &lines), BTreeSet::from([key(&bills[at].0.to_be_bytes())]));
        }
    }
}

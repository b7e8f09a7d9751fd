//! Bills: what stands in a row of RAC, and the lines that belong to it.

use jiff::civil::Date;

use super::{
    customer::Customer,
    kind::Kind,
    line::{self, Line},
    record::Record,
};
use crate::{amount::Amount, month::Month};

/// The account to pay to, eighteen digits.
const ACCOUNT: &str = "265110031000335184";

/// A bill with everything that a row of RAC says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Whose it is.
    pub customer: Customer,
    /// The month that was billed.
    pub period: Month,
    /// Fourteen characters.
    pub number: String,
    /// When it was issued.
    pub issued: Date,
    /// The last day to pay, where it is said.
    pub due: Option<Date>,
    /// The sum of its lines.
    pub total: Amount,
    /// What is taken off if it is paid by a day.
    pub discount: Option<(Amount, Date)>,
    /// Overdue, sued, reprogrammed, credit: where known.
    pub buckets: [Option<u64>; 4],
    /// The lines, in the order of the bill.
    pub lines: Vec<Line>,
}

impl Bill {
    /// The bills of a customer for a month after so many corrections.
    pub fn of(customer: Customer, period: Month, revision: u32) -> Vec<Self> {
        let bills = if customer.kind() == Kind::TwoBills { 2 } else { 1 };
        (0..bills).map(|part| Self::compose(customer, period, revision, part)).collect()
    }

    fn compose(customer: Customer, period: Month, revision: u32, part: u32) -> Self {
        let mut lines = line::lines(customer, period);
        if part > 0 {
            lines.truncate(1);
        }
        lines.extend((revision > 0).then(|| line::correction(revision)));
        let total: Amount = lines.iter().map(|line| line.amount).sum();
        let kind = customer.kind();
        let due = period.plus(1).day(28);
        let discounted = kind != Kind::Unsaid && total > Amount::ZERO;
        Self {
            customer,
            period,
            number: format!("{:02}{:02}{:09}{part}", period.year() % 100, period.number(), customer.place + 1),
            issued: Self::issued(period),
            due: (kind != Kind::Unsaid && total >= Amount::ZERO).then_some(due),
            total,
            discount: discounted.then(|| (total.percent(5), period.plus(1).day(20))),
            buckets: match kind {
                Kind::Unsaid => [None; 4],
                Kind::InDebt => [Some(1_250_000), Some(4_310_055), Some(600_000), Some(0)],
                Kind::InCredit => [Some(0), Some(0), Some(0), Some(77_310)],
                _ => [Some(0); 4],
            },
            lines,
        }
    }

    /// When the bills of a month are issued.
    pub fn issued(period: Month) -> Date {
        period.plus(1).day(8)
    }

    /// Whether a PDF was made of it.
    pub fn has_pdf(&self) -> bool {
        self.customer.kind() != Kind::NoPdf
    }

    /// The reference, without its model.
    pub fn reference(&self) -> String {
        let reference = format!("{}{:02}{:02}", self.customer.number(), self.period.number(), self.period.year() % 100);
        let number: u64 = reference.parse().expect("the reference is made of digits");
        format!("{:02}-{reference}", 98 - number * 100 % 97)
    }

    /// The row, 300 columns.
    pub(super) fn record(&self) -> Record {
        let mut record = Record::new(300, b'1');
        record.text(2, 11, &self.customer.number());
        record.number(12, 17, Some(period_number(self.period)));
        record.text(18, 31, &self.number);
        record.date(32, 39, Some(self.issued));
        record.date(40, 47, self.due);
        record.number(48, 59, Some(self.total.minor().unsigned_abs()));
        // a blank and a plus mean the same
        let positive = if self.customer.place.is_multiple_of(2) { " " } else { "+" };
        record.text(60, 60, if self.total < Amount::ZERO { "-" } else { positive });
        record.number(61, 72, self.discount.map(|(amount, _)| amount.minor().unsigned_abs()));
        match self.discount {
            Some((_, until)) => record.date(73, 80, Some(until)),
            None => record.text(73, 80, "00000000"),
        }
        for (index, bucket) in self.buckets.iter().enumerate() {
            record.number(81 + 12 * index, 92 + 12 * index, *bucket);
        }
        record.text(129, 146, ACCOUNT);
        record.text(147, 148, "97");
        record.text(149, 171, &self.reference());
        record
    }
}

/// `yyyymm`
pub(super) fn period_number(period: Month) -> u64 {
    u64::from(period.year().unsigned_abs()) * 100 + u64::from(period.number().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heating::Population;

    #[test]
    fn a_bill_is_the_sum_of_its_lines_and_a_correction_keeps_its_number() {
        let population = Population { seed: 7, count: 250 };
        for customer in population.all() {
            let (first, corrected) =
                (Bill::of(customer, Month::new(2024, 7), 0), Bill::of(customer, Month::new(2024, 7), 1));
            assert_eq!(first[0].number, corrected[0].number);
            assert_eq!(first[0].number.len(), 14);
            assert_ne!(first[0].total, corrected[0].total);
        }
        let below = population.first(Kind::NegativeBills).unwrap();
        assert!(Bill::of(below, Month::new(2024, 7), 0)[0].total < Amount::ZERO);
    }
}

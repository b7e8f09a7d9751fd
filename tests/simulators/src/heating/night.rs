//! A night: which files it brings, and what they tell of.

use jiff::civil::Date;

use super::{
    bill::Bill,
    customer::Customer,
    flaw::{Flaw, Flaws},
};
use crate::month::Month;

/// A kind of file in `out/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `KOR`
    Customers,
    /// `RAC`
    Bills,
    /// `STV`
    Lines,
    /// `UPL`
    Payments,
}

impl FileKind {
    /// Every kind, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Customers, Self::Bills, Self::Lines, Self::Payments];

    /// The beginning of its names.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Customers => "KOR",
            Self::Bills => "RAC",
            Self::Lines => "STV",
            Self::Payments => "UPL",
        }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Customers | Self::Bills => "txt",
            Self::Lines | Self::Payments => "csv",
        }
    }
}

/// Whom a customer file tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Customers {
    /// Everybody.
    All,
    /// Everybody but those who have left.
    AllWhoStay,
    /// About one in a hundred, who has changed: a delta.
    Changed,
}

/// What is new about one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Somebody else holds the account.
    Holder,
    /// The PIN is another one.
    Pin,
}

/// What one set of files holds. The files of a set share their day and their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Night {
    pub(super) date: Date,
    pub(super) number: u16,
    pub(super) customers: Option<Customers>,
    pub(super) bills: Vec<Month>,
    pub(super) corrections: Option<Month>,
    pub(super) revision: u32,
    pub(super) renewals: Vec<(Customer, Renewal)>,
    pub(super) payments: bool,
    pub(super) shuffled_lines: bool,
    pub(super) without: Vec<FileKind>,
    pub(super) flaws: Flaws,
}

impl Night {
    /// The first set: all customers, the bills of the last `months` that were issued, and the day's payments.
    pub fn first(date: Date, months: u8) -> Self {
        let newest = Self::newest_period(date);
        let bills = (0..i32::from(months)).rev().map(|back| newest.plus(-back)).collect();
        Self { customers: Some(Customers::All), bills, ..Self::empty(date, 1) }
    }

    /// A night like most: some customers have changed, some bills are corrected, and there are payments. On the day of
    /// issue the bills of a month.
    pub fn nightly(date: Date, number: u16) -> Self {
        let newest = Self::newest_period(date);
        let issued = Bill::issued(newest) == date;
        Self {
            customers: Some(Customers::Changed),
            bills: if issued { vec![newest] } else { Vec::new() },
            corrections: (!issued).then_some(newest),
            revision: 1,
            ..Self::empty(date, number)
        }
    }

    /// The last month whose bills were issued on a day.
    pub fn newest_period(date: Date) -> Month {
        let last = Month::of(date).plus(-1);
        if Bill::issued(last) <= date { last } else { last.plus(-1) }
    }

    fn empty(date: Date, number: u16) -> Self {
        Self {
            date,
            number,
            customers: None,
            bills: Vec::new(),
            corrections: None,
            revision: 0,
            renewals: Vec::new(),
            payments: true,
            shuffled_lines: false,
            without: Vec::new(),
            flaws: Flaws::default(),
        }
    }

    /// With another number.
    #[must_use]
    pub fn number(self, number: u16) -> Self {
        Self { number, ..self }
    }

    /// Telling of other customers.
    #[must_use]
    pub fn customers(self, customers: Customers) -> Self {
        Self { customers: Some(customers), ..self }
    }

    /// With the bills of exactly these months.
    #[must_use]
    pub fn bills(self, bills: Vec<Month>) -> Self {
        Self { bills, ..self }
    }

    /// With other content in corrections and changed customers: what is sent under one name may differ.
    #[must_use]
    pub fn revision(self, revision: u32) -> Self {
        Self { revision, ..self }
    }

    /// With something new about a customer, who is told of then whatever else the set brings.
    #[must_use]
    pub fn renewing(mut self, customer: Customer, renewal: Renewal) -> Self {
        self.renewals.push((customer, renewal));
        self
    }

    /// Without one kind of file.
    #[must_use]
    pub fn without(mut self, kind: FileKind) -> Self {
        self.without.push(kind);
        self
    }

    /// With lines in another order than the bills, and those of one bill apart from each other.
    #[must_use]
    pub fn shuffled_lines(self) -> Self {
        Self { shuffled_lines: true, ..self }
    }

    /// With something wrong in one file.
    #[must_use]
    pub fn flawed(mut self, kind: FileKind, flaw: Flaw) -> Self {
        self.flaws.add(kind, flaw);
        self
    }

    /// The name of one of its files.
    pub fn file_name(&self, kind: FileKind) -> String {
        format!("{}.{}", self.stem(kind), kind.extension())
    }

    /// The name of one of its files without the extension.
    pub fn stem(&self, kind: FileKind) -> String {
        format!("{}_{}_{:03}", kind.prefix(), self.date.strftime("%Y%m%d"), self.number)
    }

    /// The day it is dated.
    pub fn date(&self) -> Date {
        self.date
    }
}

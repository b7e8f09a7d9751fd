//! `changes`: whose data changed since a day. The billing system names customers and nothing else, so they are answered as
//! touched accounts, in the feed of invoices; the other feeds do not exist.
//!
//! A cursor is `SINCE` or, in the middle of a list, `SINCE POSITION BEGUN`: the day that is asked for, how many customers of
//! its list were handed out, and the day on which the list was begun. What changes while a list is walked changes on that
//! day or later, and the next list begins a day earlier; so nothing is missed, however the list is ordered.

use std::fmt;

use jiff::civil::Date;
use komunala_adapter_sdk::{
    Error,
    changes::{AccountChanges, Changes, InvoiceChanges, Problem, Progress, ReadingChanges},
    http::Transport,
    xml::Limits,
};

use crate::{
    Water,
    answer::Enough,
    billing::BillingSystem,
    envelope::BILLING,
    value::{is_customer_number, write_date},
    window::{contract_date, today},
};

/// The most accounts of a page: the contract's bound. Every further page reads the list again from its beginning.
const PAGE: usize = 100_000;

/// The most problems of a page: the contract's bound.
const PROBLEMS: usize = 1000;

/// 690,000 customers are 17 MB; a million and a half are the most that is read.
const LIST: Limits = Limits { input: 40 << 20, depth: 8, elements: 1_500_000, attributes: 16, name: 64, text: 256 };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    since: Date,
    position: usize,
    begun: Date,
}

impl Cursor {
    /// A feed begins yesterday: whatever is older was asked for when its account was linked.
    fn new(text: Option<&str>, today: Date) -> Result<Self, Error> {
        let Some(text) = text else {
            return Ok(Self { since: yesterday(today), position: 0, begun: today });
        };
        let mut parts = text.split(' ');
        let mut read = || {
            let since = parts.next()?.parse().ok()?;
            match (parts.next(), parts.next(), parts.next()) {
                (None, ..) => Some(Self { since, position: 0, begun: today }),
                (Some(position), Some(begun), None) => {
                    Some(Self { since, position: position.parse().ok()?, begun: begun.parse().ok()? })
                }
                _ => None,
            }
        };
        read().ok_or_else(|| Error::rejected("since", "malformed", "not a cursor of this feed"))
    }

    /// Where the next page of the same list begins.
    fn further(self) -> Self {
        Self { position: self.position + PAGE, ..self }
    }

    /// Where the next list begins: a day before this one was begun, and never earlier than this one.
    fn next_list(self) -> Self {
        Self { since: yesterday(self.begun).max(self.since), position: 0, begun: self.begun }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            0 => write!(out, "{}", self.since),
            position => write!(out, "{} {position} {}", self.since, self.begun),
        }
    }
}

fn yesterday(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

impl<T: Transport> BillingSystem<T> {
    /// Accounts that changed; the contract's `invoices-since`.
    pub fn changes(&self, since: Option<&str>) -> Result<InvoiceChanges, Error> {
        self.changes_on(since, today())
    }

    /// The same on another day than today.
    pub fn changes_on(&self, since: Option<&str>, today: Date) -> Result<InvoiceChanges, Error> {
        let cursor = Cursor::new(since, today)?;
        let from = write_date(contract_date(cursor.since));
        let mut page = Page { skipped: cursor.position, ..Page::default() };
        let list = self.read("VratiPromene", &[("od", &from)], &LIST)?;
        let walked = list.map(|list| {
            list.walk(|reader, tag| {
                if tag.is(BILLING, "Sifra") {
                    page.take(reader.text(tag)?.trim());
                }
                Ok(page.enough())
            })
        });
        let at_end = walked.transpose()?.is_none_or(|enough| enough == Enough::No);
        let next = if at_end { cursor.next_list() } else { cursor.further() };
        let progress = Progress { next: next.to_string(), at_end, problems: page.problems, touched: page.touched };
        Ok(InvoiceChanges { upserts: Vec::new(), tombstones: Vec::new(), progress })
    }
}

/// The customers of a page.
#[derive(Default)]
struct Page {
    skipped: usize,
    taken: usize,
    touched: Vec<String>,
    problems: Vec<Problem>,
}

impl Page {
    fn enough(&self) -> Enough {
        if self.taken == PAGE { Enough::Yes } else { Enough::No }
    }

    fn take(&mut self, number: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        self.taken += 1;
        if is_customer_number(number) {
            self.touched.push(number.to_owned());
        } else if self.problems.len() < PROBLEMS {
            self.problems.push(Problem { id: None, message: "a changed customer without six digits".to_owned() });
        }
    }
}

impl Changes for Water {
    fn accounts_since(_since: Option<String>, _size: u16) -> Result<AccountChanges, Error> {
        Err(Error::NotFound)
    }

    fn invoices_since(since: Option<String>, _size: u16) -> Result<InvoiceChanges, Error> {
        BillingSystem::here()?.changes(since.as_deref())
    }

    fn readings_since(_since: Option<String>, _size: u16) -> Result<ReadingChanges, Error> {
        Err(Error::NotFound)
    }
}

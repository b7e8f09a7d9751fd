//! The feed of changes: what is new per kind, from a cursor on.
//!
//! The feed is endless and nothing of it is stored: a cursor is a place in the sequence "for each month, for each
//! customer, what that month brought", and a second place in the short log of what was written since the start.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::month::Month;

/// What the feed is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Subject {
    Invoice,
    Account,
    Reading,
}

/// A place in the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) subject: Subject,
    /// The month to go on with; the first pass over all accounts comes before any month.
    pub(super) month: Month,
    /// The customer to go on with.
    pub(super) place: u32,
    /// How many entries of that customer and month are behind.
    pub(super) entries: usize,
    /// How many entries of the log are behind.
    pub(super) log: usize,
}

/// Before every month: where the first pass over all accounts stands.
pub(super) const FIRST_PASS: Month = Month::new(1, 1);

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Upsert(Value),
    Tombstone(String),
}

/// A page of the feed.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(super) struct ChangePage {
    pub(super) upserts: Vec<Value>,
    pub(super) tombstones: Vec<String>,
    pub(super) next: String,
}

impl Change {
    /// A whole object with its version.
    pub(super) fn upsert(object: &impl Serialize, version: usize) -> Self {
        let mut object = serde_json::to_value(object).expect("objects of the feed have string keys");
        object["version"] = json!(version);
        Self::Upsert(object)
    }
}

impl ChangePage {
    pub(super) fn push(&mut self, change: Change) {
        match change {
            Change::Upsert(object) => self.upserts.push(object),
            Change::Tombstone(id) => self.tombstones.push(id),
        }
    }

    /// How many entries the page has, of either sort.
    pub(super) fn len(&self) -> usize {
        self.upserts.len() + self.tombstones.len()
    }
}

impl Cursor {
    /// Reads a cursor of a subject; `None` if it is another subject's or none at all.
    pub(super) fn parse(text: &str, subject: Subject) -> Option<Self> {
        let mut parts = text.split('.');
        let month = match parts.next()?.strip_prefix(letter(subject))? {
            "" => FIRST_PASS,
            month => Month::parse(month)?,
        };
        let place = parts.next()?.parse().ok()?;
        let entries = parts.next()?.parse().ok()?;
        let log = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self { subject, month, place, entries, log })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = letter(self.subject);
        let month = if self.month == FIRST_PASS { String::new() } else { self.month.to_string() };
        write!(f, "{letter}{month}.{}.{}.{}", self.place, self.entries, self.log)
    }
}

const fn letter(subject: Subject) -> char {
    match subject {
        Subject::Invoice => 'i',
        Subject::Account => 'a',
        Subject::Reading => 'r',
    }
}

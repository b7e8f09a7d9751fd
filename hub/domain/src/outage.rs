//! Interruptions of supply, as the operator of a network announces them.

mod policy;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::text::ExternalId;

pub use policy::{OutagePolicy, Schedule};

/// What was said of an outage last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutageState {
    /// It will be, or is.
    Announced,
    /// At another time, for another reason or at other points than before.
    Changed,
    /// It will not be.
    Cancelled,
}

/// What somebody is told of an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutageNews {
    /// There will be one.
    Announced,
    /// It is another one than they were told of.
    Changed,
    /// It will not be.
    Cancelled,
    /// It will be, and not at their supply points any more.
    Spared,
    /// It will be soon.
    Reminder,
}

impl OutageNews {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Changed => "changed",
            Self::Cancelled => "cancelled",
            Self::Spared => "spared",
            Self::Reminder => "reminder",
        }
    }

    /// Whether whoever is told of it keeps their supply.
    pub const fn is_off(self) -> bool {
        matches!(self, Self::Cancelled | Self::Spared)
    }
}

/// The newest revision of an outage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The network's key of it.
    pub external_id: ExternalId,
    /// Grows with every change.
    pub revision: u32,
    /// What was said last.
    pub state: OutageState,
    /// From when on.
    pub start: Timestamp,
    /// Until when; `None` where nobody can say.
    pub end: Option<Timestamp>,
    /// Why, for customers, on one line.
    pub reason: Option<String>,
    /// The printed numbers of the supply points that are without supply.
    pub point_numbers: Vec<String>,
    /// When this revision was made.
    pub changed: Timestamp,
}

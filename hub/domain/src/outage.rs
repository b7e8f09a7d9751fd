//! Interruptions of supply, as the operator of a network announces them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::text::ExternalId;

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

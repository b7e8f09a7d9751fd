//! What was written to the simulator since it started: the only thing that it remembers.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::{Value, json};

use super::outage::Outage;
use super::refusal::Refusal;

/// A reading that a customer handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// The metering point.
    pub point: String,
    /// The meter.
    pub serial: String,
    /// The day, `yyyy-mm-dd`.
    pub day: String,
    /// Reading type and value of each register.
    pub states: Vec<(String, String)>,
}

#[derive(Debug)]
struct Acceptance {
    body: Value,
    id: String,
    posted_at: Instant,
    rejected: bool,
}

/// Everything that was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    acceptances: HashMap<String, Acceptance>,
    pub(super) submitted: Vec<Submitted>,
    /// Outages that a handle announced, by their id; they hide planned ones of the same id.
    pub(super) outages: Vec<Outage>,
    /// Requests for readings that count towards the quota.
    pub(super) asked: u32,
}

impl Written {
    /// The answer that a key has had already; another body under the same key is a conflict.
    pub(super) fn answered(&self, key: &str, body: &Value) -> Result<Option<Value>, Refusal> {
        match self.acceptances.get(key) {
            None => Ok(None),
            Some(first) if first.body == *body => Ok(Some(json!({"id": first.id, "stanje": "ACCEPTED"}))),
            Some(_) => Err(Refusal::idempotency_conflict()),
        }
    }

    /// Takes a reading in; it is posted, or rejected, at a moment.
    pub(super) fn accept(
        &mut self,
        key: &str,
        body: Value,
        reading: Submitted,
        posted_at: Instant,
        rejected: bool,
    ) -> Value {
        self.submitted.push(reading);
        let id = format!("OD-{:06}", self.submitted.len());
        self.acceptances.insert(key.to_owned(), Acceptance { body, id: id.clone(), posted_at, rejected });
        json!({"id": id, "stanje": "ACCEPTED"})
    }

    /// What became of the reading under a key.
    pub(super) fn receipt(&self, key: &str) -> Option<Value> {
        let acceptance = self.acceptances.get(key)?;
        let state = match (Instant::now() < acceptance.posted_at, acceptance.rejected) {
            (true, _) => "ACCEPTED",
            (false, true) => "REJECTED",
            (false, false) => "POSTED",
        };
        Some(json!({"id": acceptance.id, "stanje": state}))
    }

    /// Announces an outage, or a revision of it.
    pub(super) fn announce(&mut self, outage: Outage) {
        self.outages.retain(|known| known.id != outage.id);
        self.outages.push(outage);
    }
}

//! What was written to the simulator since it started: the only thing that it remembers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::customer::Customer;
use super::payment::PaidIn;
use super::reading::Reading;
use super::refusal::Refusal;

/// How bills reach the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Channel {
    /// By post; what everybody starts with.
    #[default]
    Paper,
    /// By e-mail.
    Email,
}

/// A question, feedback, complaint or data change that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRequest {
    /// The id that the system gave it.
    pub request_id: String,
    /// Who asks.
    pub account_id: String,
    /// `QUESTION`, `FEEDBACK`, `COMPLAINT` or `DATA_CHANGE`.
    pub kind: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Where a submitted reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum ReceiptState {
    Accepted,
    Posted,
    Rejected,
}

/// A receipt as it goes over the wire; the reason is null unless rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    pub(super) receipt_id: String,
    pub(super) state: ReceiptState,
    pub(super) reason: Option<String>,
}

#[derive(Debug)]
struct Acceptance {
    posted_at: Instant,
    rejection: Option<String>,
}

/// What the handle does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountEvent {
    /// It is closed.
    Closed,
    /// Somebody else holds it from now on.
    NextHolder,
}

/// A write that carries an idempotency key; keys of different writes never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Keyed {
    Reading,
    Request,
    Payment,
}

/// Everything that was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// What each key answered, with the body it came with.
    answers: HashMap<(Keyed, String), (Value, Value)>,
    receipts: HashMap<String, Acceptance>,
    /// Per point; within it per day and serial, so that the second of a day replaces the first.
    readings: HashMap<String, BTreeMap<(Date, String), Reading>>,
    /// Every reading in the order in which it came, for the feed.
    pub(super) reading_log: Vec<Reading>,
    /// What the handle did to accounts, in order, for the feed.
    pub(super) account_log: Vec<(Customer, AccountEvent)>,
    payments: HashMap<String, Vec<PaidIn>>,
    payment_count: usize,
    pub(super) requests: Vec<ServiceRequest>,
    delivery: HashMap<String, Channel>,
    wrong_pins: HashMap<String, u32>,
    locked: HashSet<String>,
}

impl Written {
    /// How often this was done to an account.
    pub(super) fn count(&self, customer: Customer, event: AccountEvent) -> usize {
        self.account_log.iter().filter(|entry| **entry == (customer, event)).count()
    }

    /// The answer that this key has had already; another body under the same key is a conflict.
    pub(super) fn answered(&self, keyed: Keyed, key: &str, body: &Value) -> Result<Option<Value>, Refusal> {
        match self.answers.get(&(keyed, key.to_owned())) {
            None => Ok(None),
            Some((first, answer)) if first == body => Ok(Some(answer.clone())),
            Some(_) => Err(Refusal::idempotency_conflict()),
        }
    }

    /// Uses up a key. Called only once the write has been applied, so a refused request uses up none.
    pub(super) fn remember(&mut self, keyed: Keyed, key: String, body: Value, answer: Value) {
        self.answers.insert((keyed, key), (body, answer));
    }

    /// The receipt id that a key led to.
    pub(super) fn receipt_of_key(&self, key: &str) -> Option<String> {
        let (_, answer) = self.answers.get(&(Keyed::Reading, key.to_owned()))?;
        answer["receiptId"].as_str().map(str::to_owned)
    }

    /// Takes a reading in; it is posted after a while, or rejected then with a reason, and never seen.
    pub(super) fn accept(&mut self, reading: Reading, posting: Duration, rejection: Option<String>) -> String {
        let receipt_id = format!("rc-{:06}", self.receipts.len() + 1);
        if rejection.is_none() {
            self.reading_log.push(reading.clone());
            self.readings
                .entry(reading.point_id.clone())
                .or_default()
                .insert((reading.read_on, reading.serial.clone()), reading);
        }
        self.receipts.insert(receipt_id.clone(), Acceptance { posted_at: Instant::now() + posting, rejection });
        receipt_id
    }

    /// A receipt as it stands now.
    pub(super) fn receipt(&self, receipt_id: &str) -> Option<Receipt> {
        let acceptance = self.receipts.get(receipt_id)?;
        let (state, reason) = if Instant::now() < acceptance.posted_at {
            (ReceiptState::Accepted, None)
        } else {
            let rejected = acceptance.rejection.clone();
            (if rejected.is_some() { ReceiptState::Rejected } else { ReceiptState::Posted }, rejected)
        };
        Some(Receipt { receipt_id: receipt_id.to_owned(), state, reason })
    }

    /// The generated readings of a point with what customers submitted on top, oldest first.
    pub(super) fn merge(&self, point_id: &str, generated: Vec<Reading>) -> Vec<Reading> {
        let mut readings: BTreeMap<(Date, String), Reading> =
            generated.into_iter().map(|reading| ((reading.read_on, reading.serial.clone()), reading)).collect();
        readings.extend(
            self.readings.get(point_id).into_iter().flatten().map(|(key, reading)| (key.clone(), reading.clone())),
        );
        readings.into_values().collect()
    }

    /// Books a payment; answers its id.
    pub(super) fn book(&mut self, mut payment: PaidIn) -> String {
        self.payment_count += 1;
        payment.payment_id = format!("p-{:06}", self.payment_count);
        let id = payment.payment_id.clone();
        self.payments.entry(payment.account_id.clone()).or_default().push(payment);
        id
    }

    /// What was paid in on an account.
    pub(super) fn paid_in(&self, account_id: &str) -> &[PaidIn] {
        self.payments.get(account_id).map_or(&[], Vec::as_slice)
    }

    /// Files a request; answers its id.
    pub(super) fn file(&mut self, mut request: ServiceRequest) -> String {
        request.request_id = format!("q-{:06}", self.requests.len() + 1);
        let id = request.request_id.clone();
        self.requests.push(request);
        id
    }

    pub(super) fn delivery(&self, account_id: &str) -> Channel {
        self.delivery.get(account_id).copied().unwrap_or_default()
    }

    pub(super) fn deliver_by(&mut self, account_id: String, channel: Channel) {
        self.delivery.insert(account_id, channel);
    }

    pub(super) fn is_locked(&self, customer_number: &str) -> bool {
        self.locked.contains(customer_number)
    }

    /// Counts a wrong PIN; the `limit`th in a row locks the customer for good.
    pub(super) fn wrong_pin(&mut self, customer_number: String, limit: u32) {
        let wrong = self.wrong_pins.entry(customer_number.clone()).or_default();
        *wrong += 1;
        if *wrong >= limit {
            self.locked.insert(customer_number);
        }
    }

    pub(super) fn right_pin(&mut self, customer_number: &str) {
        self.wrong_pins.remove(customer_number);
    }
}

//! An outbox in memory that keeps the rules of the real one and remembers every step.

use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Outbox, StoreError,
        outbox::{self, Acceptance, Attempt, Claimed, Content, Fate, MessageState, NewMessage, Priority, Room},
    },
    scope::SystemScope,
};
use komunala_domain::{Channel, EmailAddress, Language, ids::MessageId, ids::VerificationId};
use tokio::sync::{Notify, Semaphore};

/// One thing that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Claimed(u32),
    Renewed,
    DataStarted,
    Accepted(String),
    Deferred(String),
    Failed(String),
    Unknown(Fated),
    PutOff,
}

/// What becomes of a message that nobody knows the fate of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fated {
    SentAgain,
    Held,
}

struct Row {
    message: NewMessage,
    state: MessageState,
    attempt: u32,
    put_off: u32,
    due: Timestamp,
    lease: Timestamp,
    steps: Vec<Step>,
}

/// The outbox.
pub(crate) struct Queue {
    rows: Mutex<Vec<Row>>,
    changed: Notify,
    /// Held back, `data_started` waits for a permit.
    pub(crate) gate: Semaphore,
    /// While it is set, nothing can be written.
    pub(crate) down: AtomicBool,
    /// While it is set, nothing can be written that has the outcome of a mail in it.
    pub(crate) keeps_no_outcomes: AtomicBool,
    /// How often steps were made durable.
    pub(crate) commits: AtomicUsize,
    pause: Mutex<std::time::Duration>,
}

/// A message to somebody.
pub(crate) fn message(recipient: &str) -> NewMessage {
    NewMessage {
        id: MessageId::new(),
        provider: "gas".parse().unwrap(),
        subject: VerificationId::new().to_string(),
        recipient: recipient.parse::<EmailAddress>().unwrap().into(),
        language: Language::SerbianLatin,
        content: Content::ConfirmEmail { verification: VerificationId::new(), portal: None },
        expires: None,
    }
}

impl Queue {
    /// A queue whose `data_started` waits for a permit.
    pub(crate) fn gated() -> Self {
        Self { gate: Semaphore::new(0), ..Self::new() }
    }

    pub(crate) fn new() -> Self {
        Self {
            rows: Mutex::default(),
            changed: Notify::new(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            down: AtomicBool::new(false),
            keeps_no_outcomes: AtomicBool::new(false),
            commits: AtomicUsize::new(0),
            pause: Mutex::default(),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.rows.lock().unwrap()
    }

    pub(crate) fn enqueue(&self, message: NewMessage) -> MessageId {
        let id = message.id;
        let (due, lease) = (Timestamp::now(), Timestamp::now());
        let steps = Vec::new();
        self.rows().push(Row { message, state: MessageState::Pending, attempt: 0, put_off: 0, due, lease, steps });
        id
    }

    /// Makes every commit take so long.
    pub(crate) fn slow_commits(&self, pause: std::time::Duration) {
        *self.pause.lock().unwrap() = pause;
    }

    async fn commit(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
        let pause = *self.pause.lock().unwrap();
        tokio::time::sleep(pause).await;
    }

    /// What happened to a message so far, its lease's renewals left out.
    pub(crate) fn steps(&self, id: MessageId) -> Vec<Step> {
        let rows = self.rows();
        let row = rows.iter().find(|row| row.message.id == id).expect("it was enqueued");
        row.steps.iter().filter(|step| **step != Step::Renewed).cloned().collect()
    }

    pub(crate) fn renewals(&self, id: MessageId) -> usize {
        let rows = self.rows();
        let row = rows.iter().find(|row| row.message.id == id).expect("it was enqueued");
        row.steps.iter().filter(|step| **step == Step::Renewed).count()
    }

    /// Waits until a message's steps are as wanted.
    pub(crate) async fn until(&self, id: MessageId, wanted: impl Fn(&[Step]) -> bool) -> Vec<Step> {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                let steps = self.steps(id);
                if wanted(&steps) {
                    return steps;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await;
        waited.unwrap_or_else(|_| panic!("not what was wanted: {:?}", self.steps(id)))
    }

    /// Takes a message away from its worker, as another replica would when its lease had run out.
    pub(crate) fn take_over(&self, id: MessageId) {
        let mut rows = self.rows();
        let row = rows.iter_mut().find(|row| row.message.id == id).expect("it was enqueued");
        row.attempt += 1;
    }

    fn fenced(
        &self,
        id: MessageId,
        attempt: u32,
        from: &[MessageState],
        to: MessageState,
        due: Option<Timestamp>,
        step: Step,
    ) -> Result<bool, StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("the outbox is down".into()));
        }
        let mut rows = self.rows();
        let row = rows.iter_mut().find(|row| row.message.id == id).expect("it was enqueued");
        if row.attempt != attempt || !from.contains(&row.state) {
            return Ok(false);
        }
        row.state = to;
        row.due = due.unwrap_or(row.due);
        row.steps.push(step);
        self.changed.notify_waiters();
        Ok(true)
    }
}

const UNDER_WAY: [MessageState; 2] = [MessageState::Claimed, MessageState::DataStarted];
const MAY_BE_TAKEN: [MessageState; 3] = [MessageState::DataStarted, MessageState::Unknown, MessageState::Pending];

#[async_trait]
impl Outbox for Queue {
    async fn claim(
        &self,
        _: &SystemScope,
        room: Room<'_>,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        let mut rows = self.rows();
        // in order of priority, and no more of what goes to many than there is room for
        rows.sort_by_key(|row| row.message.content.priority());
        let mut bulk = 0;
        let due = rows.iter_mut().filter(|row| row.message.recipient.channel() == room.channel);
        let due = due.filter(|row| room.whose.includes(row.message.provider.as_str()));
        let due = due.filter(|row| row.state == MessageState::Pending && row.due <= now).filter(|row| {
            bulk += u32::from(row.message.content.priority() == Priority::Bulk);
            row.message.content.priority() != Priority::Bulk || bulk <= room.bulk
        });
        let claimed = due.take(room.messages as usize).map(|row| {
            row.state = MessageState::Claimed;
            row.attempt += 1;
            row.lease = now + lease;
            row.steps.push(Step::Claimed(row.attempt));
            row.claimed()
        });
        let claimed = claimed.collect();
        self.changed.notify_waiters();
        Ok(claimed)
    }

    async fn renew(
        &self,
        _: &SystemScope,
        id: MessageId,
        attempt: u32,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut rows = self.rows();
        let row = rows.iter_mut().find(|row| row.message.id == id).expect("it was enqueued");
        let current = row.attempt == attempt && UNDER_WAY.contains(&row.state);
        if current {
            row.lease = now + lease;
            row.steps.push(Step::Renewed);
        }
        Ok(current)
    }

    async fn step(&self, _: &SystemScope, steps: &[outbox::Step]) -> Result<Vec<bool>, StoreError> {
        self.commit().await;
        let ends = steps.iter().any(|step| matches!(step, outbox::Step::Accepted(_)));
        if ends && self.keeps_no_outcomes.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("no outcome is written down".into()));
        }
        let mut taken = Vec::with_capacity(steps.len());
        for step in steps {
            taken.push(match step {
                outbox::Step::DataStarted(Attempt { id, attempt }) => {
                    self.gate.acquire().await.expect("never closed").forget();
                    let (from, to) = ([MessageState::Claimed], MessageState::DataStarted);
                    self.fenced(*id, *attempt, &from, to, None, Step::DataStarted)?
                }
                outbox::Step::Accepted(Acceptance { attempt: Attempt { id, attempt }, queue_id, .. }) => {
                    let step = Step::Accepted(queue_id.clone());
                    self.fenced(*id, *attempt, &MAY_BE_TAKEN, MessageState::Accepted, None, step)?
                }
            });
        }
        Ok(taken)
    }

    async fn put_off(&self, _: &SystemScope, one: Attempt, until: Timestamp) -> Result<bool, StoreError> {
        let claimed = [MessageState::Claimed];
        let stepped = self.fenced(one.id, one.attempt, &claimed, MessageState::Pending, Some(until), Step::PutOff)?;
        if let Some(row) = self.rows().iter_mut().find(|row| stepped && row.message.id == one.id) {
            row.put_off += 1;
        }
        Ok(stepped)
    }

    async fn deferred(
        &self,
        _: &SystemScope,
        id: MessageId,
        attempt: u32,
        retry_at: Timestamp,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let step = Step::Deferred(reason.to_owned());
        self.fenced(id, attempt, &UNDER_WAY, MessageState::Pending, Some(retry_at), step)
    }

    async fn failed(&self, _: &SystemScope, id: MessageId, attempt: u32, reason: &str) -> Result<bool, StoreError> {
        self.fenced(id, attempt, &UNDER_WAY, MessageState::Failed, None, Step::Failed(reason.to_owned()))
    }

    async fn unknown(&self, _: &SystemScope, id: MessageId, attempt: u32, fate: Fate) -> Result<bool, StoreError> {
        let (to, due, fated) = match fate {
            Fate::SendAgain(due) => (MessageState::Pending, Some(due), Fated::SentAgain),
            Fate::HoldUntil(_) | Fate::Hold => (MessageState::Unknown, None, Fated::Held),
        };
        self.fenced(id, attempt, &[MessageState::DataStarted], to, due, Step::Unknown(fated))
    }

    async fn recover(&self, _: &SystemScope, channel: Channel, now: Timestamp) -> Result<Vec<Claimed>, StoreError> {
        let mut rows = self.rows();
        let mut cut_off = Vec::new();
        for row in rows.iter_mut().filter(|row| row.lease <= now && row.message.recipient.channel() == channel) {
            match row.state {
                MessageState::Claimed => (row.state, row.due) = (MessageState::Pending, now),
                MessageState::DataStarted => cut_off.push(row.claimed()),
                _ => {}
            }
        }
        Ok(cut_off)
    }

    async fn count(&self, _: &SystemScope) -> Result<Vec<(MessageState, u64)>, StoreError> {
        let rows = self.rows();
        Ok(rows.iter().map(|row| (row.state, 1)).collect())
    }
}

impl Row {
    fn claimed(&self) -> Claimed {
        Claimed {
            tenant: "north".parse().unwrap(),
            message: self.message.clone(),
            attempt: self.attempt,
            tries: self.attempt - self.put_off,
            created: self.lease,
        }
    }
}

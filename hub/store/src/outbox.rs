//! Messages on their way out: every step is fenced by the attempt and the state it starts from.

mod claim;
mod enqueue;
mod groups;
mod letter;
mod queue;

use async_trait::async_trait;
use fail::fail_point;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Outbox, StoreError,
        outbox::{Attempt, Claimed, Fate, MessageState, Room, Step},
    },
    scope::SystemScope,
};
use komunala_domain::{Channel, ids::MessageId};
use sea_orm::{Value, prelude::Uuid};

use crate::{
    Store,
    columns::{Word, column, micros, storable},
    database::Rows,
};

use groups::Taken;

pub(crate) use enqueue::{enqueue, enqueue_into};
pub(crate) use letter::Sealed;
pub(crate) use queue::of_run as queue_of_run;

#[async_trait]
impl Outbox for Store {
    async fn claim(
        &self,
        _: &SystemScope,
        room: Room<'_>,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        let work = |tx| claim::claim(tx, room, lease, now);
        let claimed = self.database.write(Rows::All, "store.claim_messages", work).await?;
        if !claimed.is_empty() {
            fail_point!("store::claimed");
        }
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
        let sql = "UPDATE messages SET lease_until = $3
                   WHERE id = $1 AND attempt = $2 AND state IN ('claimed', 'data_started')";
        Ok(self.fenced("store.message_renew", sql, id, attempt, vec![micros(now + lease).into()]).await?.is_some())
    }

    async fn step(&self, _: &SystemScope, steps: &[Step]) -> Result<Vec<bool>, StoreError> {
        let begins = steps.iter().any(|step| matches!(step, Step::DataStarted(_)));
        let ends = steps.iter().any(|step| matches!(step, Step::Accepted(_)));
        if ends {
            fail_point!("store::before_accepted");
        }
        let (sql, values) = groups::statement(steps);
        let taken = Taken::read(&self.database.change("store.message_steps", sql, values).await?)?;
        if begins {
            fail_point!("store::data_started");
        }
        if ends {
            fail_point!("store::accepted");
        }
        self.database.vault().forget_all(&taken.own_keys).await?;
        Ok(steps.iter().map(|step| taken.has(step)).collect())
    }

    async fn deferred(
        &self,
        _: &SystemScope,
        id: MessageId,
        attempt: u32,
        retry_at: Timestamp,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE messages SET state = 'pending', lease_until = NULL, due_at = $3, reason = $4
                   WHERE id = $1 AND attempt = $2 AND state IN ('claimed', 'data_started')";
        let values = vec![micros(retry_at).into(), storable(reason).into()];
        Ok(self.fenced("store.message_deferred", sql, id, attempt, values).await?.is_some())
    }

    async fn put_off(&self, _: &SystemScope, attempt: Attempt, until: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE messages SET state = 'pending', lease_until = NULL, due_at = $3, put_off = put_off + 1
                   WHERE id = $1 AND attempt = $2 AND state = 'claimed'";
        let values = vec![micros(until).into()];
        Ok(self.fenced("store.message_put_off", sql, attempt.id, attempt.attempt, values).await?.is_some())
    }

    async fn failed(&self, _: &SystemScope, id: MessageId, attempt: u32, reason: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE messages SET state = 'failed', lease_until = NULL, reason = $3
                   WHERE id = $1 AND attempt = $2 AND state IN ('claimed', 'data_started')";
        let stepped = self.fenced("store.message_failed", sql, id, attempt, vec![storable(reason).into()]).await?;
        self.forget_own_key(stepped, id).await
    }

    async fn unknown(&self, _: &SystemScope, id: MessageId, attempt: u32, fate: Fate) -> Result<bool, StoreError> {
        let reason = "the session was cut between the final dot and its answer";
        let (state, due, again) = match fate {
            Fate::SendAgain(due) => ("pending", Some(micros(due)), None),
            Fate::HoldUntil(again) => ("unknown", None, Some(micros(again))),
            Fate::Hold => ("unknown", None, None),
        };
        // of what a receipt exists, that was taken
        let sql = "UPDATE messages
                   SET state = CASE WHEN receipt IS NULL THEN $3 ELSE 'accepted' END, lease_until = NULL, reason = $4,
                       due_at = COALESCE($5, due_at), again_at = CASE WHEN receipt IS NULL THEN $6 END,
                       accepted_at = CASE WHEN receipt IS NULL THEN accepted_at ELSE receipt_at END
                   WHERE id = $1 AND attempt = $2 AND state = 'data_started'";
        let values = vec![state.into(), reason.into(), due.into(), again.into()];
        Ok(self.fenced("store.message_unknown", sql, id, attempt, values).await?.is_some())
    }

    async fn recover(&self, _: &SystemScope, channel: Channel, now: Timestamp) -> Result<Vec<Claimed>, StoreError> {
        self.database.write(Rows::All, "store.recover_messages", |tx| claim::recover(tx, channel, now)).await
    }

    async fn count(&self, _: &SystemScope) -> Result<Vec<(MessageState, u64)>, StoreError> {
        let sql = "SELECT state, COUNT(*) FROM messages GROUP BY state";
        let rows = self.database.select(Rows::All, "store.count_messages", sql, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                let state: String = column("message", row, 0)?;
                let count: i64 = column("message", row, 1)?;
                Ok((MessageState::of(&state)?, count.unsigned_abs()))
            })
            .collect()
    }
}

impl Store {
    /// Forgets the key of a message that has one of its own, once there is nothing more to be done with it; answers whether
    /// the last step was taken.
    pub(crate) async fn forget_own_key(
        &self,
        last: Option<Option<Uuid>>,
        message: MessageId,
    ) -> Result<bool, StoreError> {
        if last == Some(Some(message.uuid())) {
            self.database.vault().forget(message.uuid()).await?;
        }
        Ok(last.is_some())
    }

    /// One fenced step; `$1` is the message, `$2` the attempt. Answers whose key seals the message, if the step was taken.
    async fn fenced(
        &self,
        operation: &'static str,
        step: &str,
        id: MessageId,
        attempt: u32,
        more: Vec<Value>,
    ) -> Result<Option<Option<Uuid>>, StoreError> {
        let mut values = vec![id.uuid().into(), i64::from(attempt).into()];
        values.extend(more);
        let rows = self.database.change(operation, format!("{step} RETURNING owner_id"), values).await?;
        rows.first().map(|row| column("message", row, 0)).transpose()
    }
}

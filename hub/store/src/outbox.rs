//! Messages on their way out: every step is fenced by the attempt and the state it starts from.

mod claim;
mod enqueue;
mod letter;

use async_trait::async_trait;
use fail::fail_point;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Outbox, StoreError,
        outbox::{Claimed, MessageState},
    },
    scope::SystemScope,
};
use komunala_domain::ids::MessageId;
use sea_orm::{Value, prelude::Uuid};

use crate::{
    Store,
    columns::{Word, column, micros, storable},
    database::{Rows, Tx},
};

pub(crate) use enqueue::enqueue;
pub(crate) use letter::Sealed;

#[async_trait]
impl Outbox for Store {
    async fn claim(
        &self,
        _: &SystemScope,
        limit: u32,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        let work = |tx| claim::claim(tx, limit, lease, now);
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
        self.step("store.message_renew", sql, id, attempt, vec![micros(now + lease).into()]).await
    }

    async fn data_started(&self, _: &SystemScope, id: MessageId, attempt: u32) -> Result<bool, StoreError> {
        let sql = "UPDATE messages SET state = 'data_started'
                   WHERE id = $1 AND attempt = $2 AND state = 'claimed'";
        let stepped = self.step("store.message_data_started", sql, id, attempt, Vec::new()).await?;
        fail_point!("store::data_started");
        Ok(stepped)
    }

    async fn accepted(
        &self,
        _: &SystemScope,
        id: MessageId,
        attempt: u32,
        queue_id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE messages
                   SET state = 'accepted', lease_until = NULL, queue_id = $3, accepted_at = $4, reason = NULL
                   WHERE id = $1 AND attempt = $2 AND state = 'data_started' RETURNING owner_id";
        fail_point!("store::before_accepted");
        let values = vec![storable(queue_id).into(), micros(now).into()];
        let stepped = self.last_step("store.message_accepted", sql, id, attempt, values).await?;
        fail_point!("store::accepted");
        self.forget_own_key(stepped, id).await
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
        self.step("store.message_deferred", sql, id, attempt, values).await
    }

    async fn failed(&self, _: &SystemScope, id: MessageId, attempt: u32, reason: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE messages SET state = 'failed', lease_until = NULL, reason = $3
                   WHERE id = $1 AND attempt = $2 AND state IN ('claimed', 'data_started') RETURNING owner_id";
        let stepped = self.last_step("store.message_failed", sql, id, attempt, vec![storable(reason).into()]).await?;
        self.forget_own_key(stepped, id).await
    }

    async fn unknown(
        &self,
        _: &SystemScope,
        id: MessageId,
        attempt: u32,
        send_again: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let operation = "store.message_unknown";
        let reason = "the session was cut between the final dot and its answer";
        match send_again {
            Some(due) => {
                let sql = "UPDATE messages SET state = 'pending', lease_until = NULL, reason = $3, due_at = $4
                           WHERE id = $1 AND attempt = $2 AND state = 'data_started'";
                self.step(operation, sql, id, attempt, vec![reason.into(), micros(due).into()]).await
            }
            None => {
                let sql = "UPDATE messages SET state = 'unknown', lease_until = NULL, reason = $3
                           WHERE id = $1 AND attempt = $2 AND state = 'data_started'";
                self.step(operation, sql, id, attempt, vec![reason.into()]).await
            }
        }
    }

    async fn recover(&self, _: &SystemScope, now: Timestamp) -> Result<Vec<Claimed>, StoreError> {
        self.database.write(Rows::All, "store.recover_messages", |tx| claim::recover(tx, now)).await
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
    async fn forget_own_key(&self, last: Option<Option<Uuid>>, message: MessageId) -> Result<bool, StoreError> {
        if last == Some(Some(message.uuid())) {
            self.database.vault().forget(message.uuid()).await?;
        }
        Ok(last.is_some())
    }

    /// A fenced step that ends the way of a message; answers whose key seals it.
    async fn last_step(
        &self,
        operation: &'static str,
        sql: &'static str,
        id: MessageId,
        attempt: u32,
        more: Vec<Value>,
    ) -> Result<Option<Option<Uuid>>, StoreError> {
        let mut values = vec![id.uuid().into(), i64::from(attempt).into()];
        values.extend(more);
        let values = &values;
        let work = |tx: Tx| async move {
            let row = tx.row(sql, values.clone()).await?;
            Ok(row.map(|row| column::<Option<Uuid>>("message", &row, 0)).transpose()?)
        };
        self.database.write(Rows::All, operation, work).await
    }

    /// One fenced step; `$1` is the message, `$2` the attempt.
    async fn step(
        &self,
        operation: &'static str,
        sql: &'static str,
        id: MessageId,
        attempt: u32,
        more: Vec<Value>,
    ) -> Result<bool, StoreError> {
        let mut values = vec![id.uuid().into(), i64::from(attempt).into()];
        values.extend(more);
        let values = &values;
        let work = |tx: Tx| async move { Ok(tx.execute(sql, values.clone()).await?) };
        Ok(self.database.write(Rows::All, operation, work).await? == 1)
    }
}

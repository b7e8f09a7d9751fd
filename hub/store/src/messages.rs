//! Messages as operators see them. Nothing of what they say, or to whom, is opened for that.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Messages, StoreError,
        audit::{Action, Actor, Chain, NewEvent},
        messages::{Resolution, StuckMessage, Tally},
        outbox::MessageState,
    },
    scope::{DeskScope, SystemScope},
};
use komunala_domain::{ProviderId, TenantId, ids::MessageId};
use sea_orm::{QueryResult, prelude::Uuid};

use crate::{
    Store, audit,
    columns::{Word, column, damaged, micros, parsed, time, time_if_any, uuid},
    database::{Rows, Tx},
};

const WHAT: &str = "message";

#[async_trait]
impl Messages for Store {
    async fn tally(&self, _: &SystemScope) -> Result<Vec<Tally>, StoreError> {
        let sql = "SELECT provider, state, COUNT(*) FROM messages GROUP BY provider, state ORDER BY provider, state";
        let rows = self.database.select(Rows::All, "store.tally_messages", sql, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                Ok(Tally {
                    provider: parsed(WHAT, &column::<String>(WHAT, row, 0)?)?,
                    state: MessageState::of(&column::<String>(WHAT, row, 1)?)?,
                    count: column::<i64>(WHAT, row, 2)?.unsigned_abs(),
                })
            })
            .collect()
    }

    async fn stuck(
        &self,
        _: &SystemScope,
        (tenant, provider): (&TenantId, &ProviderId),
        state: MessageState,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<StuckMessage>, StoreError> {
        // said twice, so that the index serves it whatever the state is
        let sql = "SELECT id, provider, purpose, state, attempt - put_off, COALESCE(reason, ''), created_at, again_at
                   FROM messages
                   WHERE tenant = $1 AND provider = $2 AND state = $3 AND state IN ('failed', 'unknown') AND id > $4
                   ORDER BY id LIMIT $5 + 0";
        let after = after.map_or(Uuid::nil(), MessageId::uuid);
        let values = vec![
            tenant.as_str().into(),
            provider.as_str().into(),
            state.word().into(),
            after.into(),
            i64::from(limit).into(),
        ];
        let rows = self.database.select(Rows::All, "store.stuck_messages", sql, values).await?;
        rows.iter().map(stuck).collect()
    }

    async fn resolve(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        id: MessageId,
        resolution: Resolution,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (tenant, operator) = (desk.tenant().tenant(), desk.operator());
        let (state, reason) = match resolution {
            Resolution::SendAgain => ("pending", "an operator has it sent again"),
            Resolution::LetBe => ("failed", "an operator lets it be"),
        };
        let work = |tx: Tx| async move {
            let sql = "UPDATE messages SET state = $4, reason = $5, due_at = $6, again_at = NULL
                       WHERE id = $1 AND tenant = $2 AND provider = $3 AND state = 'unknown'";
            let values = vec![
                id.uuid().into(),
                tenant.as_str().into(),
                provider.as_str().into(),
                state.into(),
                reason.into(),
                micros(now).into(),
            ];
            if tx.execute(sql, values).await? == 0 {
                return Ok(false);
            }
            let event = NewEvent {
                actor: Actor::Operator(operator.to_owned()),
                action: Action::MessageResolved,
                subject: None,
                target: format!("{id} {state}"),
                details: None,
            };
            audit::append(&tx, &Chain::Tenant(tenant.clone()), &[event], now).await?;
            Ok(true)
        };
        self.database.write(Rows::All, "store.resolve_message", work).await
    }
}

fn stuck(row: &QueryResult) -> Result<StuckMessage, StoreError> {
    let attempts: i32 = column(WHAT, row, 4)?;
    Ok(StuckMessage {
        id: MessageId::from_uuid(uuid(WHAT, row, 0)?),
        provider: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        purpose: column(WHAT, row, 2)?,
        state: MessageState::of(&column::<String>(WHAT, row, 3)?)?,
        attempts: u32::try_from(attempts).map_err(|_| damaged(WHAT, "an attempt is negative"))?,
        reason: column(WHAT, row, 5)?,
        created: time(WHAT, column(WHAT, row, 6)?)?,
        again: time_if_any(WHAT, column(WHAT, row, 7)?)?,
    })
}

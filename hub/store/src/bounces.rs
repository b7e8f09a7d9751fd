//! Mail that came back, and addresses that no more is sent to.

mod returned;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Bounces, StoreError,
        audit::{Action, Actor, NewEvent},
        bounces::{Bounce, Noted, Suppression},
    },
    scope::{DeskScope, SystemScope},
};
use komunala_domain::{
    TenantId,
    ids::{SuppressionId, UserId},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};
use serde::{Deserialize, Serialize};

use crate::{
    Store, audit,
    columns::{column, parsed, time, uuid},
    database::{Failure, Rows, Tx},
    sealed,
};

const WHAT: &str = "suppression";
const TABLE: &str = "suppressions";

/// The column `sealed`.
#[derive(Serialize, Deserialize)]
struct Address {
    recipient: String,
}

#[async_trait]
impl Bounces for Store {
    async fn bounced(&self, _: &SystemScope, bounce: Bounce, now: Timestamp) -> Result<Noted, StoreError> {
        let Some(returned) = self.returned(bounce).await? else { return Ok(Noted::Nothing) };
        // first what follows from it: a hub that dies in between finds the message as it was, and does it again
        let work = |tx| returned::count(tx, &returned, bounce, now);
        let tenant = &returned.tenant;
        let is_suppressed = self.database.write(tenant, "store.count_bounce", work).await?;
        let work = |tx| returned::settle(tx, &returned, bounce, is_suppressed, now);
        let noted = self.database.write(Rows::All, "store.settle_bounce", work).await?;
        if matches!(noted, Noted::GivenUp | Noted::Suppressed) {
            self.forget_own_key(Some(returned.owner), bounce.message).await?;
        }
        Ok(noted)
    }

    async fn suppressions(
        &self,
        _: &SystemScope,
        tenant: &TenantId,
        after: Option<SuppressionId>,
        limit: u32,
    ) -> Result<Vec<Suppression>, StoreError> {
        let sql = "SELECT id, owner_id, sealed, provider, status, hard, since FROM suppressions
                   WHERE tenant = $1 AND since IS NOT NULL AND id > $2 ORDER BY id LIMIT $3 + 0";
        let after = after.map_or(Uuid::nil(), SuppressionId::uuid);
        let values = vec![tenant.as_str().into(), after.into(), i64::from(limit).into()];
        let rows = self.database.select(tenant, "store.suppressions", sql, values).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(self.suppression(row).await?);
        }
        Ok(found)
    }

    async fn lift(&self, desk: &DeskScope, id: SuppressionId, now: Timestamp) -> Result<bool, StoreError> {
        let (tenant, operator) = (desk.tenant().tenant(), desk.operator());
        let work = |tx: Tx| async move {
            let sql = "DELETE FROM suppressions WHERE tenant = $1 AND id = $2 AND since IS NOT NULL";
            if tx.execute(sql, vec![tenant.as_str().into(), id.uuid().into()]).await? == 0 {
                return Ok(false);
            }
            let event = NewEvent {
                actor: Actor::Operator(operator.to_owned()),
                action: Action::SuppressionLifted,
                subject: None,
                target: id.to_string(),
                details: None,
            };
            audit::tell(&tx, tenant, &[event], now).await?;
            Ok(true)
        };
        self.database.write(tenant, "store.lift_suppression", work).await
    }
}

impl Store {
    async fn suppression(&self, row: &QueryResult) -> Result<Suppression, StoreError> {
        let id = uuid(WHAT, row, 0)?;
        let (owner, text): (Option<Uuid>, String) = (column(WHAT, row, 1)?, column(WHAT, row, 2)?);
        let key = match owner {
            Some(owner) => self.database.vault().key(owner).await?,
            None => None,
        };
        let address = key.map(|key| sealed::open::<Address>(&key, TABLE, id, &text)).transpose()?;
        Ok(Suppression {
            id: SuppressionId::from_uuid(id),
            address: address.map(|address| address.recipient),
            provider: parsed(WHAT, &column::<String>(WHAT, row, 3)?)?,
            status: column(WHAT, row, 4)?,
            is_hard: column(WHAT, row, 5)?,
            since: time(WHAT, column(WHAT, row, 6)?)?,
        })
    }
}

/// Those of some addresses, by what they are found by, that no more mail is sent to; for the hub's own workers.
pub(crate) async fn suppressed(tx: &Tx, addresses: &[(&str, &str)]) -> Result<Vec<(String, String)>, Failure> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = (0..addresses.len()).map(|at| format!("(${}, ${})", 2 * at + 1, 2 * at + 2)).collect();
    let sql = format!(
        "SELECT s.tenant, s.recipient_lookup FROM (VALUES {}) AS w
         JOIN suppressions s ON s.tenant = w.column1 AND s.recipient_lookup = w.column2 WHERE s.since IS NOT NULL",
        places.join(", ")
    );
    let values: Vec<Value> =
        addresses.iter().flat_map(|(tenant, lookup)| [(*tenant).into(), (*lookup).into()]).collect();
    let rows = tx.rows(&sql, values).await?;
    let found: Result<Vec<_>, StoreError> =
        rows.iter().map(|row| Ok((column(WHAT, row, 0)?, column(WHAT, row, 1)?))).collect();
    Ok(found?)
}

/// Lets mail be sent to a user's address again.
pub(crate) async fn lift_of(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<(), Failure> {
    let sql = "DELETE FROM suppressions WHERE tenant = $1
               AND recipient_lookup = (SELECT email_lookup FROM users WHERE tenant = $1 AND id = $2)";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    Ok(())
}

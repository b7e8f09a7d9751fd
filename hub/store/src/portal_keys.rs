//! Keys of portals that operators made. Each change counts the number of the settings' last change up: that is how other
//! replicas notice it.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    credentials::PortalKeyDigest,
    ports::{
        PortalKeys, StoreError,
        audit::{Action, Actor, Chain, NewEvent},
        portal_keys::{Issued, IssuedKey},
    },
    scope::{OperatorScope, SystemScope},
};
use komunala_domain::{Sha256, ids::PortalKeyId};
use sea_orm::QueryResult;

use crate::{
    Store, applied, audit,
    columns::{column, damaged, micros, parsed, time, time_if_any, uuid},
    database::{Failure, Rows, Tx},
};

const WHAT: &str = "portal key";

#[async_trait]
impl PortalKeys for Store {
    async fn portal_keys(&self, _: &SystemScope) -> Result<Vec<IssuedKey>, StoreError> {
        let sql = "SELECT id, tenant, portal, digest, created_at, created_by, not_after, revoked_at, revoked_by,
                          last_used_at
                   FROM portal_keys ORDER BY created_at, id";
        let rows = self.database.select(Rows::All, "store.portal_keys", sql, Vec::new()).await?;
        rows.iter().map(read).collect()
    }

    async fn issue_portal_key(
        &self,
        scope: &OperatorScope,
        key: &IssuedKey,
        most: usize,
        forgotten: Timestamp,
    ) -> Result<Issued, StoreError> {
        let events = &[told(scope, Action::PortalKeyIssued, key)];
        let work = |tx: Tx| async move {
            let issued = issue(&tx, key, most, forgotten).await?;
            if issued == Issued::Done {
                audit::append(&tx, &Chain::Hub, events, key.created_at).await?;
            }
            Ok(issued)
        };
        self.database.write(Rows::All, "store.issue_portal_key", work).await
    }

    async fn revoke_portal_key(
        &self,
        scope: &OperatorScope,
        key: &IssuedKey,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let events = &[told(scope, Action::PortalKeyRevoked, key)];
        let work = |tx: Tx| async move {
            let sql = "UPDATE portal_keys SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL";
            let values = vec![key.id.uuid().into(), micros(now).into(), scope.operator().into()];
            if tx.execute(sql, values).await? == 0 {
                return Ok(false);
            }
            applied::count_up(&tx).await?;
            audit::append(&tx, &Chain::Hub, events, now).await?;
            Ok(true)
        };
        self.database.write(Rows::All, "store.revoke_portal_key", work).await
    }

    async fn note_portal_key_uses(&self, _: &SystemScope, uses: &[(PortalKeyId, Timestamp)]) -> Result<(), StoreError> {
        let work = |tx: Tx| async move {
            // another replica may have seen it later
            let sql = "UPDATE portal_keys SET last_used_at = $2
                       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
            for (id, at) in uses {
                tx.execute(sql, vec![id.uuid().into(), micros(*at).into()]).await?;
            }
            Ok(())
        };
        self.database.write(Rows::All, "store.note_portal_key_uses", work).await
    }
}

/// Counting first: it holds the row that all changes count in, so that of two keys at once the second one is counted.
async fn issue(tx: &Tx, key: &IssuedKey, most: usize, forgotten: Timestamp) -> Result<Issued, Failure> {
    applied::count_up(tx).await?;
    let gone = "DELETE FROM portal_keys WHERE revoked_at < $1 OR not_after < $1";
    tx.execute(gone, vec![micros(forgotten).into()]).await?;
    let valid = "SELECT COUNT(*) FROM portal_keys
                 WHERE tenant = $1 AND portal = $2 AND revoked_at IS NULL AND (not_after IS NULL OR not_after > $3)";
    let values = vec![key.tenant.as_str().into(), key.portal.as_str().into(), micros(key.created_at).into()];
    let row = tx.row(valid, values).await?.ok_or_else(|| damaged(WHAT, "a count answered nothing"))?;
    let valid: i64 = column(WHAT, &row, 0)?;
    if usize::try_from(valid).is_ok_and(|valid| valid >= most) {
        return Ok(Issued::TooMany);
    }
    let insert = "INSERT INTO portal_keys (id, tenant, portal, digest, created_at, created_by, not_after)
                  VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        key.id.uuid().into(),
        key.tenant.as_str().into(),
        key.portal.as_str().into(),
        key.digest.sha256().to_string().into(),
        micros(key.created_at).into(),
        key.created_by.as_str().into(),
        key.not_after.map(micros).into(),
    ];
    tx.execute(insert, values).await?;
    Ok(Issued::Done)
}

/// What the audit log says of it.
fn told(scope: &OperatorScope, action: Action, key: &IssuedKey) -> NewEvent {
    NewEvent {
        actor: Actor::Operator(scope.operator().to_owned()),
        action,
        subject: None,
        target: format!("tenants/{}/portals/{}/keys/{}", key.tenant, key.portal, key.id),
        details: None,
    }
}

fn read(row: &QueryResult) -> Result<IssuedKey, StoreError> {
    let text = |index| column::<String>(WHAT, row, index);
    Ok(IssuedKey {
        id: PortalKeyId::from_uuid(uuid(WHAT, row, 0)?),
        tenant: parsed(WHAT, &text(1)?)?,
        portal: parsed(WHAT, &text(2)?)?,
        digest: PortalKeyDigest::from(parsed::<Sha256>(WHAT, &text(3)?)?),
        created_at: time(WHAT, column(WHAT, row, 4)?)?,
        created_by: text(5)?,
        not_after: time_if_any(WHAT, column(WHAT, row, 6)?)?,
        revoked_at: time_if_any(WHAT, column(WHAT, row, 7)?)?,
        revoked_by: column(WHAT, row, 8)?,
        last_used_at: time_if_any(WHAT, column(WHAT, row, 9)?)?,
    })
}

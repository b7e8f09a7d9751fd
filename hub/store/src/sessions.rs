//! Sessions. Only the hash of the refresh token that is good now is kept: any other one that names the session was
//! used before, or made up by somebody who knows the session, and ends it.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Sessions, StoreError,
        outbox::Notice,
        sessions::{NewSession, OpenSession, Rotation},
    },
    scope::{TenantScope, UserScope},
};
use komunala_domain::{
    TenantId,
    ids::{SessionId, UserId},
};

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Store,
    columns::{column, micros, storable, time, uuid},
    database::{Failure, Tx},
    entities::session::{ActiveModel, Column, Entity, Model},
    users,
};

const WHAT: &str = "session";

#[async_trait]
impl Sessions for Store {
    async fn open(&self, scope: &TenantScope, new: NewSession) -> Result<(), StoreError> {
        let tenant = scope.tenant();
        let new = &new;
        self.database.write(tenant, "store.open_session", |tx| open(tx, tenant, new)).await
    }

    async fn rotate(
        &self,
        scope: &TenantScope,
        session: SessionId,
        shown: [u8; 32],
        next: [u8; 32],
        now: Timestamp,
    ) -> Result<Rotation, StoreError> {
        let tenant = scope.tenant();
        let work = |tx| rotate(tx, tenant, session, shown, next, now);
        self.database.write(tenant, "store.rotate_session", work).await
    }

    async fn list_open(
        &self,
        scope: &UserScope,
        after: Option<SessionId>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<OpenSession>, StoreError> {
        let tenant = scope.tenant().tenant();
        let mut wanted = Entity::find()
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::UserId.eq(scope.user().uuid()))
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(micros(now)))
            .order_by_desc(Column::Id)
            .limit(u64::from(limit));
        if let Some(after) = after {
            wanted = wanted.filter(Column::Id.lt(after.uuid()));
        }
        let found = self.database.find(tenant, "store.list_sessions", wanted).await?;
        found.into_iter().map(to_open).collect()
    }

    async fn end(
        &self,
        scope: &UserScope,
        session: SessionId,
        notice: Option<Notice>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tenant = scope.tenant().tenant();
        let notice = notice.as_ref();
        let work = |tx| end(tx, tenant, scope.user(), session, notice, now);
        self.database.write(tenant, "store.end_session", work).await
    }
}

fn to_open(row: Model) -> Result<OpenSession, StoreError> {
    Ok(OpenSession {
        id: SessionId::from_uuid(row.id),
        begun: time(WHAT, row.created_at)?,
        used: time(WHAT, row.used_at)?,
        expires: time(WHAT, row.expires_at)?,
        remembered: row.remember,
        device: row.device,
    })
}

async fn end(
    tx: Tx,
    tenant: &TenantId,
    user: UserId,
    session: SessionId,
    notice: Option<&Notice>,
    now: Timestamp,
) -> Result<bool, Failure> {
    let sql = "UPDATE sessions SET ended_at = $4
               WHERE tenant = $1 AND id = $2 AND user_id = $3 AND ended_at IS NULL AND expires_at > $4";
    let values = vec![tenant.as_str().into(), session.uuid().into(), user.uuid().into(), micros(now).into()];
    if tx.execute(sql, values).await? == 0 {
        return Ok(false);
    }
    if let Some(notice) = notice {
        users::tell(&tx, tenant, user, notice, now).await?;
    }
    Ok(true)
}

async fn open(tx: Tx, tenant: &TenantId, new: &NewSession) -> Result<(), Failure> {
    let row = ActiveModel {
        id: Set(new.id.uuid()),
        tenant: Set(tenant.to_string()),
        user_id: Set(new.user.uuid()),
        token_hash: Set(new.token_hash.to_vec()),
        remember: Set(new.remember),
        device: Set(new.device.as_deref().map(storable)),
        created_at: Set(micros(new.now)),
        used_at: Set(micros(new.now)),
        expires_at: Set(micros(new.expires)),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx.session()).await?;
    Ok(())
}

async fn rotate(
    tx: Tx,
    tenant: &TenantId,
    session: SessionId,
    shown: [u8; 32],
    next: [u8; 32],
    now: Timestamp,
) -> Result<Rotation, Failure> {
    let rotated = tx
        .row(
            "UPDATE sessions SET token_hash = $4, used_at = $5
             WHERE tenant = $1 AND id = $2 AND token_hash = $3 AND ended_at IS NULL AND expires_at > $5
             RETURNING user_id, expires_at",
            vec![
                tenant.as_str().into(),
                session.uuid().into(),
                shown.to_vec().into(),
                next.to_vec().into(),
                micros(now).into(),
            ],
        )
        .await?;
    if let Some(row) = rotated {
        let user = UserId::from_uuid(uuid(WHAT, &row, 0)?);
        return Ok(Rotation::Rotated { user, expires: time(WHAT, column(WHAT, &row, 1)?)? });
    }
    let sql = "UPDATE sessions SET ended_at = $3
               WHERE tenant = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3";
    let ended = tx.execute(sql, vec![tenant.as_str().into(), session.uuid().into(), micros(now).into()]).await?;
    Ok(if ended == 1 { Rotation::Reused } else { Rotation::Unknown })
}

/// Ends every session of a user but `keep`.
pub(crate) async fn end_all(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE sessions SET ended_at = $4
               WHERE tenant = $1 AND user_id = $2 AND id <> $3 AND ended_at IS NULL";
    // no session has the id of nothing
    let keep = keep.map(SessionId::uuid).unwrap_or_default();
    let values = vec![tenant.as_str().into(), user.uuid().into(), keep.into(), micros(now).into()];
    tx.execute(sql, values).await?;
    Ok(())
}

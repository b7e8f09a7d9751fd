//! Sessions. Only the hash of the refresh token that is good now is kept: any other one that names the session was
//! used before, or made up by somebody who knows the session, and ends it.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Sessions, StoreError,
        audit::Action,
        outbox::Notice,
        sessions::{NewSession, OpenSession, Rotation},
    },
    scope::{TenantScope, UserScope},
    sealing::SealingKey,
};
use komunala_domain::{
    TenantId,
    ids::{SessionId, UserId},
};

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Store, audit,
    columns::{column, micros, time, uuid},
    database::{Failure, Tx},
    entities::session::{ActiveModel, Column, Entity, Model},
    sealed, users,
};

const WHAT: &str = "session";
const TABLE: &str = "sessions";

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
        // whoever has no key any more has no session either
        let Some(key) = self.database.vault().key(scope.user().uuid()).await? else { return Ok(Vec::new()) };
        found.into_iter().map(|row| to_open(&key, row)).collect()
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

fn to_open(key: &SealingKey, row: Model) -> Result<OpenSession, StoreError> {
    Ok(OpenSession {
        id: SessionId::from_uuid(row.id),
        begun: time(WHAT, row.created_at)?,
        used: time(WHAT, row.used_at)?,
        expires: time(WHAT, row.expires_at)?,
        remembered: row.remember,
        device: device(key, SessionId::from_uuid(row.id), row.sealed)?,
    })
}

/// Opens the device of a session, which is how the portal described where the user is.
pub(crate) fn device(
    key: &SealingKey,
    session: SessionId,
    sealed: Option<String>,
) -> Result<Option<String>, StoreError> {
    sealed.map(|sealed| sealed::open(key, TABLE, session.uuid(), &sealed)).transpose()
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
    let ended = audit::by_user(user, Action::SessionEnded, session.to_string());
    audit::tell(&tx, tenant, &[ended], now).await?;
    Ok(true)
}

async fn open(tx: Tx, tenant: &TenantId, new: &NewSession) -> Result<(), Failure> {
    let key = tx.vault().key(new.user.uuid()).await?;
    let device = key.as_ref().zip(new.device.as_ref());
    let sealed = device.map(|(key, device)| sealed::seal(key, TABLE, new.id.uuid(), device)).transpose()?;
    let row = ActiveModel {
        id: Set(new.id.uuid()),
        tenant: Set(tenant.to_string()),
        user_id: Set(new.user.uuid()),
        token_hash: Set(new.token_hash.to_vec()),
        remember: Set(new.remember),
        sealed: Set(sealed),
        created_at: Set(micros(new.now)),
        used_at: Set(micros(new.now)),
        expires_at: Set(micros(new.expires)),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx.session()).await?;
    let signed_in = audit::by_user(new.user, Action::SignedIn, new.id.to_string());
    audit::tell(&tx, tenant, &[signed_in], new.now).await
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
        if tx.vault().key(user.uuid()).await?.is_none() {
            // only a database that was put back holds a session of somebody who was erased
            tx.undo();
            return Ok(Rotation::Unknown);
        }
        return Ok(Rotation::Rotated { user, expires: time(WHAT, column(WHAT, &row, 1)?)? });
    }
    let sql = "UPDATE sessions SET ended_at = $3
               WHERE tenant = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3 RETURNING user_id";
    let ended = tx.row(sql, vec![tenant.as_str().into(), session.uuid().into(), micros(now).into()]).await?;
    let Some(row) = ended else { return Ok(Rotation::Unknown) };
    // two have the token, and nobody knows which of them is the user
    let ended = audit::about(UserId::from_uuid(uuid(WHAT, &row, 0)?), Action::SessionEnded, session.to_string());
    audit::tell(&tx, tenant, &[ended], now).await?;
    Ok(Rotation::Reused)
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

/// Ends every session of a user, and leaves in none where it was begun.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE sessions SET ended_at = COALESCE(ended_at, $3), sealed = NULL
               WHERE tenant = $1 AND user_id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

//! Sessions. Only the hash of the refresh token that is good now is kept: any other one that names the session was
//! used before, or made up by somebody who knows the session, and ends it.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Sessions, StoreError,
        audit::{Action, Chain},
        sessions::{NewSession, Rotation},
    },
    scope::TenantScope,
};
use komunala_domain::{
    TenantId,
    ids::{SessionId, UserId},
};

use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::{
    Store, audit,
    columns::{column, micros, time, uuid},
    database::{Failure, Tx},
    entities::session::{ActiveModel, Entity},
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

    async fn end(
        &self,
        scope: &TenantScope,
        user: UserId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET ended_at = $4
                   WHERE tenant = $1 AND id = $2 AND user_id = $3 AND ended_at IS NULL";
        let tenant = scope.tenant();
        let values = [tenant.as_str().into(), session.uuid().into(), user.uuid().into(), micros(now).into()];
        let values = &values;
        let work = |tx: Tx| async move { Ok(tx.execute(sql, values.to_vec()).await?) };
        self.database.write(tenant, "store.end_session", work).await.map(|_| ())
    }
}

async fn open(tx: Tx, tenant: &TenantId, new: &NewSession) -> Result<(), Failure> {
    let row = ActiveModel {
        id: Set(new.id.uuid()),
        tenant: Set(tenant.to_string()),
        user_id: Set(new.user.uuid()),
        token_hash: Set(new.token_hash.to_vec()),
        remember: Set(new.remember),
        created_at: Set(micros(new.now)),
        used_at: Set(micros(new.now)),
        expires_at: Set(micros(new.expires)),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx.session()).await?;
    let signed_in = audit::by_user(new.user, Action::SignedIn, new.id.to_string());
    audit::append(&tx, &Chain::Tenant(tenant.clone()), &signed_in, new.now).await
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
               WHERE tenant = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3";
    let ended = tx.execute(sql, vec![tenant.as_str().into(), session.uuid().into(), micros(now).into()]).await?;
    Ok(if ended == 1 { Rotation::Reused } else { Rotation::Unknown })
}

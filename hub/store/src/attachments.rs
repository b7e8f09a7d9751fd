//! What customers handed in: a row each, and bytes among the documents, both sealed under the key of whoever handed it in.
//!
//! The bytes lie under the digest of what is written, so that they can be checked without the key, and nobody who has a
//! file can tell from the folder that somebody handed it in. They are written before their row: whatever dies in between
//! leaves bytes that nothing names, which a sweep removes.

mod hand_in;
pub(crate) mod photos;
mod row;
mod unnamed;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Attachments, StoreError,
        attachments::{Attachment, Handed, NewAttachment},
        audit::{Action, Actor, NewEvent},
    },
    scope::{DeskScope, SystemScope, UserScope},
    sealing::SealingKey,
};
use komunala_domain::{
    ProviderId, Sha256, TenantId,
    ids::{AttachmentId, UserId},
};
use sea_orm::{Value, prelude::Uuid};

use crate::{
    Store, audit,
    columns::{column, damaged, uuid},
    database::{Failure, Tx},
    documents::read,
};

use row::{COLUMNS, attachment};

pub(crate) const TABLE: &str = "attachments";
const WHAT: &str = "attachment";

/// Where the sealed bytes of an attachment lie.
fn path_of(tenant: &TenantId, object: Sha256) -> String {
    let object = object.to_string();
    format!("{}/{}/{object}", folder_of(tenant), &object[..2])
}

/// Where all of a tenant's lie. No digest begins so.
fn folder_of(tenant: &TenantId) -> String {
    format!("{tenant}/attachments")
}

#[async_trait]
impl Attachments for Store {
    async fn hand_in(&self, scope: &UserScope, new: &NewAttachment) -> Result<Handed, StoreError> {
        hand_in::hand_in(&self.database, &*self.documents, scope, new).await
    }

    async fn attachment(&self, scope: &UserScope, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
        Ok(self.own(scope, id).await?.map(|(attachment, ..)| attachment))
    }

    async fn attachment_bytes(
        &self,
        scope: &UserScope,
        id: AttachmentId,
    ) -> Result<Option<(Attachment, Bytes)>, StoreError> {
        let Some((attachment, object, key)) = self.own(scope, id).await? else { return Ok(None) };
        self.opened(scope.tenant().tenant(), attachment, object, &key).await.map(Some)
    }

    async fn attachments(
        &self,
        scope: &UserScope,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Result<Vec<Attachment>, StoreError> {
        let tenant = scope.tenant().tenant();
        let Some(key) = self.database.vault().key(scope.user().uuid()).await? else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT {COLUMNS} FROM attachments WHERE tenant = $1 AND user_id = $2 AND id > $3 ORDER BY id LIMIT $4 + 0"
        );
        let values = vec![
            tenant.as_str().into(),
            scope.user().uuid().into(),
            after.map_or(Uuid::nil(), AttachmentId::uuid).into(),
            i64::from(limit).into(),
        ];
        let rows = self.database.select(tenant, "store.attachments", sql, values).await?;
        rows.iter().map(|row| attachment(&key, row)).collect()
    }

    async fn desk_attachment(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<(Attachment, Bytes)>, StoreError> {
        let tenant = scope.tenant().tenant();
        let work = |tx| look_at(tx, scope, provider, id, now);
        let looked = self.database.write(tenant, "store.desk_attachment", work).await?;
        let Some((attachment, object, owner)) = looked else { return Ok(None) };
        // whoever was erased meanwhile left nothing to look at
        let Some(key) = self.database.vault().key(owner.uuid()).await? else { return Ok(None) };
        self.opened(tenant, attachment, object, &key).await.map(Some)
    }

    async fn sweep_unnamed(&self, _: &SystemScope, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        unnamed::sweep(&self.database, &*self.documents, before, limit).await
    }
}

impl Store {
    /// An attachment of a user, where its bytes lie, and the user's key.
    async fn own(
        &self,
        scope: &UserScope,
        id: AttachmentId,
    ) -> Result<Option<(Attachment, Sha256, Arc<SealingKey>)>, StoreError> {
        let tenant = scope.tenant().tenant();
        let Some(key) = self.database.vault().key(scope.user().uuid()).await? else { return Ok(None) };
        let sql = format!("SELECT {COLUMNS}, object FROM attachments WHERE tenant = $1 AND user_id = $2 AND id = $3");
        let values: Vec<Value> = vec![tenant.as_str().into(), scope.user().uuid().into(), id.uuid().into()];
        let rows = self.database.select(tenant, "store.attachment", sql, values).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some((attachment(&key, row)?, row::object(row)?, key)))
    }

    /// The attachments of a request, each with the entry that it came with.
    pub(crate) async fn attachments_of(
        &self,
        tenant: &TenantId,
        key: &SealingKey,
        request: Uuid,
    ) -> Result<Vec<(Uuid, Attachment)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, entry_id FROM attachments
             WHERE tenant = $1 AND request_id = $2 AND entry_id IS NOT NULL ORDER BY id"
        );
        let values = vec![tenant.as_str().into(), request.into()];
        let rows = self.database.select(tenant, "store.request_attachments", sql, values).await?;
        rows.iter().map(|row| Ok((column(WHAT, row, row::COUNT)?, attachment(key, row)?))).collect()
    }

    /// The bytes of an attachment.
    async fn opened(
        &self,
        tenant: &TenantId,
        attachment: Attachment,
        object: Sha256,
        key: &SealingKey,
    ) -> Result<(Attachment, Bytes), StoreError> {
        let sealed = read(&*self.documents, WHAT, &path_of(tenant, object), object).await?;
        let sealed = sealed.ok_or_else(|| damaged(WHAT, "its bytes are gone"))?;
        let opened = key.open(&row::place(attachment.id), sealed.into()).map_err(|error| damaged(WHAT, error))?;
        Ok((attachment, opened.into()))
    }
}

/// An attachment that a request to the provider or a reading of its meter names, with a note that somebody looked at it.
async fn look_at(
    tx: Tx,
    scope: &DeskScope,
    provider: &ProviderId,
    id: AttachmentId,
    now: Timestamp,
) -> Result<Option<(Attachment, Sha256, UserId)>, Failure> {
    let tenant = scope.tenant().tenant();
    let columns = COLUMNS.split(", ").map(|column| format!("t.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns}, t.object, t.user_id FROM attachments t
         LEFT JOIN service_requests r ON r.id = t.request_id AND r.tenant = $1
         LEFT JOIN readings d ON d.id = t.reading_id AND d.tenant = $1
         LEFT JOIN accounts a ON a.id = d.account_id AND a.tenant = $1
         WHERE t.tenant = $1 AND t.id = $3 AND $2 IN (r.provider, a.provider)"
    );
    let values = vec![tenant.as_str().into(), provider.as_str().into(), id.uuid().into()];
    let Some(row) = tx.row(&sql, values).await? else { return Ok(None) };
    let owner = UserId::from_uuid(uuid(WHAT, &row, row::COUNT + 1)?);
    let Some(key) = tx.vault().key(owner.uuid()).await? else { return Ok(None) };
    let found = (attachment(&key, &row)?, row::object(&row)?, owner);
    let event = NewEvent {
        actor: Actor::Operator(scope.operator().to_owned()),
        action: Action::AttachmentRead,
        subject: Some(owner),
        target: id.to_string(),
        details: None,
    };
    audit::tell(&tx, tenant, &[event], now).await?;
    Ok(Some(found))
}

/// Binds attachments to what their user says; answers the first that is not there, or is bound already.
pub(crate) async fn bind(
    tx: &Tx,
    (tenant, user): (&TenantId, UserId),
    (request, entry): (Uuid, Uuid),
    attachments: &[AttachmentId],
) -> Result<Option<AttachmentId>, Failure> {
    let sql = "UPDATE attachments SET request_id = $4, entry_id = $5
               WHERE tenant = $1 AND user_id = $2 AND id = $3 AND request_id IS NULL AND reading_id IS NULL";
    for attachment in attachments {
        let values =
            vec![tenant.as_str().into(), user.uuid().into(), attachment.uuid().into(), request.into(), entry.into()];
        if tx.execute(sql, values).await? == 0 {
            return Ok(Some(*attachment));
        }
    }
    Ok(None)
}

/// Leaves nothing of what a user handed in; the bytes, which nobody can open any more, are swept away.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<(), Failure> {
    let sql = "DELETE FROM attachments WHERE tenant = $1 AND user_id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    Ok(())
}

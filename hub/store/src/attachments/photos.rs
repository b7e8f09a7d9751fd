//! Photos of meters: attachments that a reading names.

use komunala_app::ports::{StoreError, attachments::Attachment};
use komunala_domain::{
    AttachmentKind, TenantId,
    ids::{AttachmentId, ReadingId, UserId},
};
use sea_orm::Value;

use super::{
    WHAT,
    row::{self, COLUMNS, attachment},
};
use crate::{
    Store,
    columns::{Word, column, uuid},
    database::{Failure, Tx},
};

/// Why an attachment does not become the photo of a reading.
pub(crate) enum NoPhoto {
    /// Its user has none such, or it belongs to something already.
    Missing(AttachmentId),
    /// It is a document.
    Document(AttachmentId),
}

/// Makes photos of a user's what shows a reading; answers the first that cannot be.
pub(crate) async fn bind(
    tx: &Tx,
    (tenant, user): (&TenantId, UserId),
    reading: ReadingId,
    photos: &[AttachmentId],
) -> Result<Option<NoPhoto>, Failure> {
    let sql = "UPDATE attachments SET reading_id = $4
               WHERE tenant = $1 AND user_id = $2 AND id = $3 AND request_id IS NULL AND reading_id IS NULL
               RETURNING kind";
    for photo in photos {
        let values = vec![tenant.as_str().into(), user.uuid().into(), photo.uuid().into(), reading.uuid().into()];
        let Some(bound) = tx.row(sql, values).await? else { return Ok(Some(NoPhoto::Missing(*photo))) };
        if AttachmentKind::of(&column::<String>(WHAT, &bound, 0)?)? == AttachmentKind::Pdf {
            return Ok(Some(NoPhoto::Document(*photo)));
        }
    }
    Ok(None)
}

impl Store {
    /// The photos of readings, of one user or of all. What nobody can open any more is left out.
    pub(crate) async fn photos_of(
        &self,
        tenant: &TenantId,
        readings: &[ReadingId],
        user: Option<UserId>,
    ) -> Result<Vec<(ReadingId, Attachment)>, StoreError> {
        if readings.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![tenant.as_str().into()];
        let mut own = String::new();
        if let Some(user) = user {
            values.push(user.uuid().into());
            own.push_str(" AND user_id = $2");
        }
        let mut places = Vec::with_capacity(readings.len());
        for reading in readings {
            values.push(reading.uuid().into());
            places.push(format!("${}", values.len()));
        }
        let sql = format!(
            "SELECT {COLUMNS}, reading_id, user_id FROM attachments
             WHERE tenant = $1{own} AND reading_id IN ({}) ORDER BY id",
            places.join(", ")
        );
        let mut photos = Vec::new();
        for row in &self.database.select(tenant, "store.photos", sql, values).await? {
            let Some(key) = self.database.vault().key(uuid(WHAT, row, row::COUNT + 1)?).await? else { continue };
            photos.push((ReadingId::from_uuid(uuid(WHAT, row, row::COUNT)?), attachment(&key, row)?));
        }
        Ok(photos)
    }
}

//! The row of an attachment.

use komunala_app::{
    ports::{StoreError, attachments::Attachment},
    sealing::{self, SealingKey},
};
use komunala_domain::{
    AttachmentKind, FileName, Sha256,
    ids::{AttachmentId, ServiceRequestId},
};
use sea_orm::{QueryResult, prelude::Uuid};
use serde::{Deserialize, Serialize};

use super::{TABLE, WHAT};
use crate::{
    columns::{Word, column, damaged, parsed, time},
    sealed,
};

/// The columns that [`attachment`] reads, first and in this order.
pub(super) const COLUMNS: &str = "id, kind, size, created_at, sealed, request_id";
/// How many they are.
pub(super) const COUNT: usize = 6;

/// The column `sealed`: what tells of the file.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    name: String,
    sha256: String,
}

impl Sealed {
    pub(super) fn of(attachment: &Attachment) -> Self {
        Self { name: attachment.name.to_string(), sha256: attachment.sha256.to_string() }
    }
}

/// The place of an attachment's bytes, which are sealed like a column of its row.
pub(super) fn place(id: AttachmentId) -> Vec<u8> {
    sealing::column(TABLE, "object", id.uuid())
}

pub(super) fn attachment(key: &SealingKey, row: &QueryResult) -> Result<Attachment, StoreError> {
    let id: Uuid = column(WHAT, row, 0)?;
    let Sealed { name, sha256 } = sealed::open(key, TABLE, id, &column::<String>(WHAT, row, 4)?)?;
    Ok(Attachment {
        id: AttachmentId::from_uuid(id),
        kind: AttachmentKind::of(&column::<String>(WHAT, row, 1)?)?,
        name: FileName::tidied(&name).map_err(|error| damaged(WHAT, error))?,
        size: column::<i64>(WHAT, row, 2)?.unsigned_abs(),
        sha256: parsed(WHAT, &sha256)?,
        created_at: time(WHAT, column(WHAT, row, 3)?)?,
        request: column::<Option<Uuid>>(WHAT, row, 5)?.map(ServiceRequestId::from_uuid),
    })
}

/// The digest of the sealed bytes, in the column behind [`COLUMNS`].
pub(super) fn object(row: &QueryResult) -> Result<Sha256, StoreError> {
    parsed(WHAT, &column::<String>(WHAT, row, COUNT)?)
}

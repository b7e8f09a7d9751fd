//! Getting back what was handed in.

use bytes::Bytes;
use jiff::SignedDuration;
use komunala_domain::ids::AttachmentId;

use crate::{
    Hub,
    failure::Failure,
    ports::{StoreError, attachments::Attachment},
    scope::{SystemScope, UserScope},
};

/// How long bytes lie before it counts that no row names them: longer than anybody takes between the two.
const UNNAMED_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How many are removed at a time.
const BATCH: u32 = 1000;

impl Hub {
    /// An attachment of the signed-in user and its bytes.
    pub async fn download_attachment(
        &self,
        scope: &UserScope,
        id: AttachmentId,
    ) -> Result<(Attachment, Bytes), Failure> {
        self.attachments.attachment_bytes(scope, id).await?.ok_or(Failure::NotFound("attachment"))
    }

    /// Removes what crashes, forgotten uploads and erased people left of bytes; answers how many. For a worker.
    pub async fn sweep_attachments(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let Ok(before) = self.clock.now().checked_sub(UNNAMED_FOR) else { return Ok(0) };
        self.attachments.sweep_unnamed(scope, before, BATCH).await
    }
}

//! Handing in a document or a photo: looked at first, then kept.

use bytes::Bytes;
use komunala_domain::{AttachmentKind, FileName, Objection, Sha256, ids::AttachmentId};
use uuid::Uuid;

use crate::{
    Hub,
    credentials::portal_key::sha256,
    failure::Failure,
    ports::{
        WriteKey,
        attachments::{Allowance, Attachment, Handed, NewAttachment},
    },
    scope::UserScope,
};

/// How much one person may hand in. A form has a page or two, a household a few forms a year.
const ALLOWANCE: Allowance = Allowance { per_day: 50, bytes: 256 * 1024 * 1024 };

/// A file as it came.
#[derive(Debug)]
pub struct Upload {
    /// What it is called.
    pub name: FileName,
    /// What its sender says that it is.
    pub declared: Option<AttachmentKind>,
    /// How long its sender says that it is.
    pub size: Option<u64>,
    /// The digest that its sender says it has.
    pub sha256: Option<Sha256>,
    /// Its bytes.
    pub bytes: Bytes,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Hub {
    /// Keeps a file for its user, who names it in a request or with a reading afterwards. What neither names within a day is
    /// forgotten.
    pub async fn upload_attachment(&self, scope: &UserScope, upload: Upload) -> Result<Attachment, Failure> {
        if upload.size.is_some_and(|size| size != upload.bytes.len() as u64) {
            return Err(Failure::AttachmentRefused(Objection::SizeDiffers));
        }
        let came = sha256(&upload.bytes);
        if upload.sha256.is_some_and(|told| told != came) {
            return Err(Failure::AttachmentRefused(Objection::DigestDiffers));
        }
        let declared = upload.declared.map_or("", AttachmentKind::media_type);
        let parts = [&scope.user().to_string(), upload.name.as_str(), declared, &came.to_string()];
        let fingerprint = self.keys.fingerprint(&parts);
        let key = WriteKey { method: "UploadAttachment", request_id: upload.request_id, fingerprint };
        if let Some(answer) = self.requests.answered(scope.tenant(), &key).await? {
            return self.handed_in(scope, &answer).await;
        }
        let inspected = self.inspection.inspect(upload.bytes, upload.declared).await;
        let inspected = inspected.map_err(Failure::AttachmentRefused)?;
        let attachment = Attachment {
            id: AttachmentId::new(),
            kind: inspected.kind,
            name: upload.name,
            size: inspected.bytes.len() as u64,
            sha256: sha256(&inspected.bytes),
            created_at: self.clock.now(),
            request: None,
        };
        let new = NewAttachment { attachment, bytes: inspected.bytes, key, allowance: ALLOWANCE };
        match self.attachments.hand_in(scope, &new).await? {
            // as it is kept: the same upload is answered the same whenever it comes
            Handed::In => self.handed_in(scope, &new.attachment.id.to_string()).await,
            Handed::Before(answer) => self.handed_in(scope, &answer).await,
            Handed::TooMuch => Err(Failure::AttachmentQuota),
        }
    }

    async fn handed_in(&self, scope: &UserScope, answer: &str) -> Result<Attachment, Failure> {
        let damaged = || Failure::Internal("the answer of an upload names no attachment".to_owned());
        let id = answer.parse().map_err(|_| damaged())?;
        self.attachments.attachment(scope, id).await?.ok_or(Failure::NotFound("attachment"))
    }
}

//! What customers handed in.

use bytes::Bytes;
use komunala_app::ports::attachments::Attachment;

use super::moment;
use crate::{names::AttachmentName, proto::v1};

/// Bytes of a message. Large enough that framing costs nothing, small enough for every client's default limit.
const CHUNK: usize = 64 * 1024;

pub(crate) fn attachment(attachment: &Attachment) -> v1::Attachment {
    v1::Attachment {
        name: AttachmentName(attachment.id).to_string(),
        file_name: attachment.name.to_string(),
        media_type: attachment.kind.media_type().to_owned(),
        size_bytes: i64::try_from(attachment.size).unwrap_or(i64::MAX),
        sha256: attachment.sha256.to_string(),
        create_time: Some(moment(attachment.created_at)),
    }
}

/// Cuts an attachment into pieces that share its memory; the first one comes with what it is.
pub(crate) struct Pieces {
    rest: Bytes,
    head: Option<(v1::Attachment, String)>,
}

impl Pieces {
    pub(crate) fn of(found: &Attachment, bytes: Bytes) -> Self {
        Self { rest: bytes, head: Some((attachment(found), found.name.disposition())) }
    }
}

impl Iterator for Pieces {
    /// Bytes, and in the first one what they are and how to keep them.
    type Item = (Bytes, Option<(v1::Attachment, String)>);

    fn next(&mut self) -> Option<Self::Item> {
        let head = self.head.take();
        if head.is_none() && self.rest.is_empty() {
            return None;
        }
        Some((self.rest.split_to(CHUNK.min(self.rest.len())), head))
    }
}

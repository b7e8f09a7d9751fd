//! DownloadAttachment.

use futures::stream::{self, Iter};
use komunala_app::{Hub, scope::UserScope};
use tonic::Status;

use crate::{convert::Pieces, failure::Failure, names, proto::v1, services::asked::Asked};

/// The attachment's pieces.
pub(in crate::services) type Chunks = Iter<Messages>;

pub(super) async fn download(
    hub: &Hub,
    asked: Asked<UserScope, v1::DownloadAttachmentRequest>,
) -> Result<Chunks, Failure> {
    let id = names::attachment("name", &asked.message.name)?;
    let (attachment, bytes) = hub.download_attachment(&asked.scope, id).await?;
    Ok(stream::iter(Messages(Pieces::of(&attachment, bytes))))
}

/// The pieces as messages.
pub(in crate::services) struct Messages(Pieces);

impl Iterator for Messages {
    type Item = Result<v1::DownloadAttachmentResponse, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let (chunk, head) = self.0.next()?;
        let (attachment, content_disposition) = head.unzip();
        let content_disposition = content_disposition.unwrap_or_default();
        Some(Ok(v1::DownloadAttachmentResponse { chunk, attachment, content_disposition }))
    }
}

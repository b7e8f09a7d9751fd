//! AttachmentService.

mod download;
mod upload;

use komunala_app::Hub;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::asked::Asked;
use crate::proto::v1::{self, attachment_service_server::AttachmentService};

pub(super) struct Attachments {
    pub(super) hub: Hub,
}

#[async_trait]
impl AttachmentService for Attachments {
    type DownloadAttachmentStream = download::Chunks;

    async fn upload_attachment(
        &self,
        request: Request<Streaming<v1::UploadAttachmentRequest>>,
    ) -> Result<Response<v1::Attachment>, Status> {
        Ok(Response::new(upload::upload(&self.hub, Asked::streamed_by_user(request)?).await?))
    }

    async fn download_attachment(
        &self,
        request: Request<v1::DownloadAttachmentRequest>,
    ) -> Result<Response<Self::DownloadAttachmentStream>, Status> {
        Ok(Response::new(download::download(&self.hub, Asked::by_user(request)?).await?))
    }
}

//! The operators' desk, where somebody answers customers.

use komunala_grpc::proto::{
    operator::v1::{
        AnswerRequestRequest, DeskRequestThread, DownloadDeskAttachmentRequest, GetDeskRequestRequest,
        ListDeskRequestsRequest, request_desk_service_client::RequestDeskServiceClient,
    },
    v1::Attachment,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use crate::{World, story::request_id};

/// A scanned page as a PDF: an offset table is left out on purpose, as some scanners do, so readers look for the objects.
pub const SCANNED: &str = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
    2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
    3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>\nendobj\n\
    4 0 obj\n<</Length 21>>\nstream\n0 0 595 842 re f    \n\nendstream\nendobj\n\
    trailer\n<</Size 5/Root 1 0 R>>\n%%EOF\n";

/// Puts the operator's token into each call.
#[derive(Debug, Clone)]
pub struct Token(MetadataValue<Ascii>);

impl Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// An operator at the desk.
#[derive(Debug, Clone)]
pub struct Desk {
    channel: Channel,
    token: Token,
}

impl Desk {
    /// Opens the desk with the bootstrap token.
    pub async fn open(world: &World) -> anyhow::Result<Self> {
        let channel = Endpoint::from_shared(format!("http://{}", world.operator))?.connect().await?;
        let token = format!("Bearer {}", world.operator_token()?).parse()?;
        Ok(Self { channel, token: Token(token) })
    }

    /// RequestDeskService.
    pub fn requests(&self) -> RequestDeskServiceClient<InterceptedService<Channel, Token>> {
        RequestDeskServiceClient::with_interceptor(self.channel.clone(), self.token.clone())
    }

    /// What waits for an answer, the oldest first: at most 200.
    pub async fn waiting(&self, provider: &str) -> Result<Vec<DeskRequestThread>, Status> {
        let parent = format!("providers/{provider}");
        let request = ListDeskRequestsRequest { parent, page_size: 200, ..Default::default() };
        Ok(self.requests().list_desk_requests(request).await?.into_inner().requests)
    }

    /// A request with all that was said about it.
    pub async fn read(&self, name: &str) -> Result<DeskRequestThread, Status> {
        let request = GetDeskRequestRequest { name: name.to_owned() };
        Ok(self.requests().get_desk_request(request).await?.into_inner())
    }

    /// Answers a request.
    pub async fn answer(&self, name: &str, text: &str) -> Result<DeskRequestThread, Status> {
        let (name, text) = (name.to_owned(), text.to_owned());
        let request = AnswerRequestRequest { name, text, close: false, request_id: request_id() };
        Ok(self.requests().answer_request(request).await?.into_inner())
    }

    /// An attachment of a request to a provider, whole.
    pub async fn attachment(&self, provider: &str, name: &str) -> Result<(Attachment, Vec<u8>), Status> {
        let (parent, name) = (format!("providers/{provider}"), name.to_owned());
        let request = DownloadDeskAttachmentRequest { parent, name };
        let mut stream = self.requests().download_desk_attachment(request).await?.into_inner();
        let (mut attachment, mut bytes) = (Attachment::default(), Vec::new());
        while let Some(piece) = stream.message().await? {
            attachment = piece.attachment.unwrap_or(attachment);
            bytes.extend_from_slice(&piece.chunk);
        }
        Ok((attachment, bytes))
    }
}

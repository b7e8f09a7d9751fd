//! A customer of the region, calling the hub as a portal does for them.

use std::str::FromStr;

use komunala_grpc::proto::v1::{
    Attachment, DownloadAttachmentRequest, DownloadInvoiceRequest, UploadAttachmentRequest,
    account_service_client::AccountServiceClient, attachment_service_client::AttachmentServiceClient,
    invoice_service_client::InvoiceServiceClient, notification_service_client::NotificationServiceClient,
    provider_service_client::ProviderServiceClient, reading_service_client::ReadingServiceClient,
    support_service_client::SupportServiceClient,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

/// Bytes of a message of an upload.
const PIECE: usize = 64 * 1024;

/// A client's stub with the customer's credentials.
pub type Stub = InterceptedService<Channel, Credentials>;

/// Puts the portal's key, and once signed in the user's token, into each call.
#[derive(Debug, Clone)]
pub struct Credentials {
    portal_key: MetadataValue<Ascii>,
    access_token: Option<MetadataValue<Ascii>>,
}

impl Interceptor for Credentials {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("x-portal-key", self.portal_key.clone());
        if let Some(token) = &self.access_token {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

/// A document of a bill, as it came.
#[derive(Debug, Clone, Default)]
pub struct Download {
    /// What it says it is.
    pub media_type: String,
    /// The digest that it says it has, in hexadecimal.
    pub sha256: String,
    /// How long it says it is, in bytes.
    pub size_bytes: i64,
    /// Whether the hub wrote it, for want of the billing system's own.
    pub informative: bool,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Somebody with a paper bill at hand.
#[derive(Debug, Clone)]
pub struct Customer {
    channel: Channel,
    credentials: Credentials,
}

impl Customer {
    /// Opens the portal with this key.
    pub async fn open(api: std::net::SocketAddr, portal_key: &str) -> anyhow::Result<Self> {
        let channel = Endpoint::from_shared(format!("http://{api}"))?.connect().await?;
        let credentials = Credentials { portal_key: MetadataValue::from_str(portal_key)?, access_token: None };
        Ok(Self { channel, credentials })
    }

    /// Goes on as the signed-in user.
    pub fn signed_in(&self, access_token: &str) -> anyhow::Result<Self> {
        let access_token = Some(MetadataValue::from_str(&format!("Bearer {access_token}"))?);
        let credentials = Credentials { access_token, ..self.credentials.clone() };
        Ok(Self { channel: self.channel.clone(), credentials })
    }

    /// AccountService.
    pub fn accounts(&self) -> AccountServiceClient<Stub> {
        AccountServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// InvoiceService.
    pub fn invoices(&self) -> InvoiceServiceClient<Stub> {
        InvoiceServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// Downloads a bill's document whole, in a form by its media type; the PDF if that is empty.
    pub async fn download(&self, name: &str, media_type: &str) -> Result<Download, Status> {
        let request = DownloadInvoiceRequest { name: name.to_owned(), media_type: media_type.to_owned() };
        let mut stream = self.invoices().download_invoice(request).await?.into_inner();
        let mut download = Download::default();
        while let Some(piece) = stream.message().await? {
            if download.bytes.is_empty() {
                let (media_type, sha256, size_bytes) = (piece.media_type, piece.sha256, piece.size_bytes);
                let informative = piece.informative;
                download = Download { media_type, sha256, size_bytes, informative, bytes: Vec::new() };
            }
            download.bytes.extend_from_slice(&piece.chunk);
        }
        Ok(download)
    }

    /// ReadingService.
    pub fn readings(&self) -> ReadingServiceClient<Stub> {
        ReadingServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// NotificationService.
    pub fn notifications(&self) -> NotificationServiceClient<Stub> {
        NotificationServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// ProviderService.
    pub fn providers(&self) -> ProviderServiceClient<Stub> {
        ProviderServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// SupportService.
    pub fn support(&self) -> SupportServiceClient<Stub> {
        SupportServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// AttachmentService.
    pub fn attachments(&self) -> AttachmentServiceClient<Stub> {
        AttachmentServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    /// Hands in a file, piece by piece.
    pub async fn upload(&self, head: UploadAttachmentRequest, bytes: &[u8]) -> Result<Attachment, Status> {
        let chunks: Vec<_> = bytes.chunks(PIECE).map(<[u8]>::to_vec).collect();
        let pieces =
            chunks.into_iter().map(|chunk| UploadAttachmentRequest { chunk: chunk.into(), ..Default::default() });
        let messages = futures::stream::iter(std::iter::once(head).chain(pieces).collect::<Vec<_>>());
        Ok(self.attachments().upload_attachment(messages).await?.into_inner())
    }

    /// Gets back a file that was handed in.
    pub async fn handed_in(&self, name: &str) -> Result<(Attachment, Vec<u8>), Status> {
        let request = DownloadAttachmentRequest { name: name.to_owned() };
        let mut stream = self.attachments().download_attachment(request).await?.into_inner();
        let (mut attachment, mut bytes) = (Attachment::default(), Vec::new());
        while let Some(piece) = stream.message().await? {
            attachment = piece.attachment.unwrap_or(attachment);
            bytes.extend_from_slice(&piece.chunk);
        }
        Ok((attachment, bytes))
    }
}

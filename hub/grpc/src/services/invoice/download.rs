//! DownloadInvoice.

use bytes::Bytes;
use komunala_app::{Hub, scope::UserScope};

use crate::{
    failure::Failure,
    names::AnyInvoice,
    proto::v1,
    services::{
        asked::Asked,
        pieces::{Chunks, Piece, chunks},
    },
};

pub(super) async fn download(
    hub: &Hub,
    asked: Asked<UserScope, v1::DownloadInvoiceRequest>,
) -> Result<Chunks<v1::DownloadInvoiceResponse>, Failure> {
    let Asked { scope, call, message, .. } = asked;
    let media_type = Some(message.media_type.as_str()).filter(|media_type| !media_type.is_empty());
    match AnyInvoice::parse("name", &message.name)? {
        AnyInvoice::Issued(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let document = hub.download_invoice(&scope, call, provider, account, name.invoice, media_type).await?;
            let head = v1::DownloadInvoiceResponse {
                chunk: Bytes::new(),
                media_type: document.copy.media_type,
                sha256: document.copy.sha256.to_string(),
                size_bytes: i64::try_from(document.copy.size).unwrap_or(i64::MAX),
                informative: document.is_informative,
            };
            Ok(chunks(head, document.bytes))
        }
        AnyInvoice::Upcoming(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let upcoming = hub.get_upcoming_invoice(&scope, call, provider, account, name.period).await?;
            Err(komunala_app::Failure::NotAvailableYet { until: Some(upcoming.open.until) }.into())
        }
    }
}

impl Piece for v1::DownloadInvoiceResponse {
    fn carrying(self, chunk: Bytes) -> Self {
        Self { chunk, ..self }
    }
}

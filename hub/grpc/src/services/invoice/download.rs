//! DownloadInvoice.

use bytes::Bytes;
use futures::stream::{self, Iter};
use komunala_app::{Hub, invoice::InvoiceDocument, scope::UserScope};
use tonic::Status;

use crate::{failure::Failure, names::AnyInvoice, proto::v1, services::asked::Asked};

/// Bytes of a message. Large enough that framing costs nothing, small enough for every client's default limit.
const CHUNK: usize = 64 * 1024;

/// The document's pieces. They share its memory.
pub(in crate::services) type Chunks = Iter<Pieces>;

pub(super) async fn download(
    hub: &Hub,
    asked: Asked<UserScope, v1::DownloadInvoiceRequest>,
) -> Result<Chunks, Failure> {
    let Asked { scope, call, message, .. } = asked;
    let media_type = Some(message.media_type.as_str()).filter(|media_type| !media_type.is_empty());
    match AnyInvoice::parse("name", &message.name)? {
        AnyInvoice::Issued(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let document = hub.download_invoice(&scope, call, provider, account, name.invoice, media_type).await?;
            Ok(stream::iter(Pieces::of(document)))
        }
        AnyInvoice::Upcoming(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let upcoming = hub.get_upcoming_invoice(&scope, call, provider, account, name.period).await?;
            Err(komunala_app::Failure::NotAvailableYet { until: Some(upcoming.open.until) }.into())
        }
    }
}

/// Cuts a document into messages; the first one says what it is.
pub(in crate::services) struct Pieces {
    rest: Bytes,
    head: Option<v1::DownloadInvoiceResponse>,
}

impl Pieces {
    fn of(document: InvoiceDocument) -> Self {
        let head = v1::DownloadInvoiceResponse {
            chunk: Bytes::new(),
            media_type: document.copy.media_type,
            sha256: document.copy.sha256.to_string(),
            size_bytes: i64::try_from(document.copy.size).unwrap_or(i64::MAX),
        };
        Self { rest: document.bytes, head: Some(head) }
    }
}

impl Iterator for Pieces {
    type Item = Result<v1::DownloadInvoiceResponse, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let head = self.head.take();
        if head.is_none() && self.rest.is_empty() {
            return None;
        }
        let chunk = self.rest.split_to(CHUNK.min(self.rest.len()));
        Some(Ok(v1::DownloadInvoiceResponse { chunk, ..head.unwrap_or_default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use komunala_app::ports::copies::DocumentCopy;
    use komunala_domain::Sha256;

    fn pieces(length: usize) -> Vec<v1::DownloadInvoiceResponse> {
        let bytes: Bytes = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let copy = DocumentCopy { sha256: Sha256([7; 32]), size: length as u64, media_type: "application/pdf".into() };
        Pieces::of(InvoiceDocument { copy, bytes }).map(Result::unwrap).collect()
    }

    #[test]
    fn a_document_comes_in_pieces_whose_first_one_says_what_it_is() {
        let pieces = pieces(CHUNK * 2 + 1);
        assert_eq!(pieces.iter().map(|piece| piece.chunk.len()).collect::<Vec<_>>(), [CHUNK, CHUNK, 1]);
        assert_eq!((pieces[0].size_bytes, pieces[0].sha256.len()), ((CHUNK * 2 + 1) as i64, 64));
        assert_eq!((pieces[1].size_bytes, pieces[1].sha256.as_str()), (0, ""));
    }

    #[test]
    fn an_empty_document_is_still_said_to_be_one() {
        let pieces = pieces(0);
        assert_eq!((pieces.len(), pieces[0].media_type.as_str()), (1, "application/pdf"));
    }
}

//! `documents`: the PDF and the e-SLOG, byte for byte.

use komunala_adapter_sdk::{
    Error,
    documents::{Document, Documents},
    http::Request,
    http::Transport,
    xml::{Limits, Reader},
};

use crate::{Electricity, account_key::InvoiceKey, billing::BillingSystem};

/// The Slovenian e-invoice, e-SLOG 2.0.
pub(crate) const ESLOG: &str = "application/xml";

/// Largest document: the contract's bound, 16 MiB.
const MAX_DOCUMENT: usize = 16 << 20;

impl<T: Transport> BillingSystem<T> {
    /// A bill in one of its two forms; the contract's `fetch-document`. While the period is open it is
    /// [`Error::NotAvailableYet`].
    pub fn document(&self, invoice: &str, media_type: &str) -> Result<Document, Error> {
        Document::check_offered(media_type, &[Document::PDF, ESLOG])?;
        let key = InvoiceKey::parse(invoice)?;
        let request = Request::get(&self.settings.endpoint, &["racuni", &key.invoice])?
            .header("accept", media_type)
            .allow_answer(MAX_DOCUMENT);
        let content = self.read(&request)?.body;
        match media_type {
            ESLOG if is_eslog(&content) => Ok(Document { media_type: ESLOG.to_owned(), content }),
            ESLOG => Err(Error::upstream("a document that is no e-SLOG")),
            _ => Document::pdf(content),
        }
    }
}

/// Whether a text is a whole XML document of e-SLOG. Half of one would pass for a bill everywhere else.
fn is_eslog(content: &[u8]) -> bool {
    let mut reader = Reader::new(content, &LIMITS);
    let root = reader.root().ok();
    root.is_some_and(|root| root.namespace() == Some(ESLOG_NAMESPACE)) && reader.finish().is_ok()
}

const ESLOG_NAMESPACE: &str = "urn:eslog:2.00";

/// An e-invoice may carry attachments in base64.
const LIMITS: Limits =
    Limits { input: 16 << 20, depth: 32, elements: 500_000, attributes: 32, name: 128, text: 16 << 20 };

impl Documents for Electricity {
    fn fetch_document(invoice: String, media_type: String) -> Result<Document, Error> {
        BillingSystem::here()?.document(&invoice, &media_type)
    }
}

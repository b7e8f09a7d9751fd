//! `documents`: the PDF, byte for byte.

use komunala_adapter_sdk::{
    Error,
    documents::{Document, Documents},
    http::{Request, Transport},
};

use crate::{Adapter, System};

/// Largest document: the contract's bound, 16 MiB.
const MAX_DOCUMENT: usize = 16 << 20;

impl<T: Transport> System<T> {
    /// The PDF of a bill.
    pub fn document(&self, invoice: &str, media_type: &str) -> Result<Document, Error> {
        Document::check_offered(media_type, &[Document::PDF])?;
        let request = Request::get(&self.endpoint, &["bills", invoice, "pdf"])?
            .header("accept", Document::PDF)
            .allow_answer(MAX_DOCUMENT);
        Document::pdf(self.read(&request)?.body)
    }
}

impl Documents for Adapter {
    fn fetch_document(invoice: String, media_type: String) -> Result<Document, Error> {
        System::here()?.document(&invoice, &media_type)
    }
}

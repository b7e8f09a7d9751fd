//! `documents`: the PDF, byte for byte.

use komunala_adapter_sdk::{
    Error,
    documents::{Document, Documents},
    http::{Request, Transport},
};

use crate::{Gas, billing::BillingSystem};

/// Largest document: the contract's bound, 16 MiB.
const MAX_DOCUMENT: usize = 16 << 20;

impl<T: Transport> BillingSystem<T> {
    /// The PDF of an invoice; the contract's `fetch-document`. While the period is open, or the PDF not made yet, it is
    /// [`Error::NotAvailableYet`].
    pub fn document(&self, invoice: &str, media_type: &str) -> Result<Document, Error> {
        Document::check_offered(media_type, &[Document::PDF])?;
        let request = Request::get(&self.settings.endpoint, &["v1", "invoices", invoice, "pdf"])?
            .header("accept", Document::PDF)
            .allow_answer(MAX_DOCUMENT);
        Document::pdf(self.read(&request)?.body)
    }
}

impl Documents for Gas {
    fn fetch_document(invoice: String, media_type: String) -> Result<Document, Error> {
        BillingSystem::here()?.document(&invoice, &media_type)
    }
}

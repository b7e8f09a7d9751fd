//! `documents`: the PDF, byte for byte.

use komunala_adapter_sdk::{
    Error,
    documents::{Document, Documents},
    http::{Request, Transport},
};

use crate::{Adapter, System};

/// The only form this billing system makes.
pub(crate) const PDF: &str = "application/pdf";

/// Largest document: the contract's bound, 16 MiB.
const MAX_DOCUMENT: usize = 16 << 20;

impl<T: Transport> System<T> {
    /// The PDF of a bill.
    pub fn document(&self, invoice: &str, media_type: &str) -> Result<Document, Error> {
        if media_type != PDF {
            return Err(Error::rejected("media-type", "not-offered", format_args!("only {PDF}")));
        }
        let request =
            Request::get(&self.endpoint, &["bills", invoice, "pdf"])?.header("accept", PDF).allow_answer(MAX_DOCUMENT);
        let content = self.read(&request)?.body;
        // a page that says "try later" with status 200 must never go out as somebody's bill
        if content.starts_with(b"%PDF-") {
            Ok(Document { media_type: PDF.to_owned(), content })
        } else {
            Err(Error::upstream("a document that is no PDF"))
        }
    }
}

impl Documents for Adapter {
    fn fetch_document(invoice: String, media_type: String) -> Result<Document, Error> {
        System::here()?.document(&invoice, &media_type)
    }
}

//! `documents`: the PDF, byte for byte.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use komunala_adapter_sdk::{
    Error,
    documents::{Document, Documents},
    http::Transport,
    xml::Limits,
};

use crate::{Water, answer, billing::BillingSystem, invoice};

/// 16 MiB in base64, with a line break after every 64 characters and the envelope around it.
const MAX_TEXT: usize = 23 << 20;

impl<T: Transport> BillingSystem<T> {
    /// The PDF of a bill; the contract's `fetch-document`. About one bill in a hundred has none.
    pub fn document(&self, id: &str, media_type: &str) -> Result<Document, Error> {
        Document::check_offered(media_type, &[Document::PDF])?;
        let (_, number) = invoice::parts(id)?;
        let limits = Limits { input: MAX_TEXT as u64 + 4096, text: MAX_TEXT, ..Limits::default() };
        let mut text = answer::text(self.read("VratiRacunPdf", &[("broj", number)], &limits)?)?.unwrap_or_default();
        text.retain(|letter| !letter.is_ascii_whitespace());
        if text.is_empty() {
            return Err(Error::NotFound);
        }
        let content = STANDARD.decode(&text).map_err(|_| Error::upstream("a document that is no base64"))?;
        Document::pdf(content)
    }
}

impl Documents for Water {
    fn fetch_document(invoice: String, media_type: String) -> Result<Document, Error> {
        BillingSystem::here()?.document(&invoice, &media_type)
    }
}

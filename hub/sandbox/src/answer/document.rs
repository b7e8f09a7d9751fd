//! Documents.

use komunala_domain::Document;

use super::{At, Checked, invalid};
use crate::contract::v0_1::documents::exports::komunala::adapter::documents as wire;

/// The form that the hub asks for: what the billing system prints.
pub(crate) const PDF: &str = "application/pdf";

/// A document in the form that was asked for, of at most `most` bytes.
pub(crate) fn document(document: wire::Document, most: u64) -> Checked<Document> {
    file(document.media_type, document.content, most)
}

/// The same, wherever it came from.
pub(crate) fn file(media_type: String, content: Vec<u8>, most: u64) -> Checked<Document> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(PDF) {
        return invalid("is not the form that was asked for").at("media-type");
    }
    if content.len() as u64 > most {
        return invalid("is too long").at("content");
    }
    // readers accept up to a kilobyte of something else before it (ISO 32000-1, annex H)
    let head = &content[..content.len().min(1024)];
    if memchr::memmem::find(head, b"%PDF-").is_none() {
        return invalid("is no PDF").at("content");
    }
    Ok(Document { media_type: PDF.to_owned(), bytes: content })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(media_type: &str, content: &[u8]) -> String {
        let wire = wire::Document { media_type: media_type.into(), content: content.to_vec() };
        document(wire, 16).map_or_else(|wrong| wrong.field, |_| "accepted".into())
    }

    #[test]
    fn a_document_is_what_was_asked_for() {
        assert_eq!(field("application/pdf", b"%PDF-1.7"), "accepted");
        assert_eq!(field("application/pdf; version=1.7", b"\xef\xbb\xbf%PDF-1.7"), "accepted");
        assert_eq!(field("text/html", b"%PDF-1.7"), "media-type");
        assert_eq!(field("application/pdf", b"<html>"), "content");
        assert_eq!(field("application/pdf", b"%PDF-1.7 and too long"), "content");
    }
}

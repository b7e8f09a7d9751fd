//! Documents.

use komunala_domain::{Document, document::PDF};

use super::{At, Checked, invalid};
use crate::contract::v0_1::documents::exports::komunala::adapter::documents as wire;

/// A document in the form that was asked for, of at most `most` bytes.
pub(crate) fn document(document: wire::Document, asked: &str, most: u64) -> Checked<Document> {
    file(document.media_type, document.content, asked, most)
}

/// The same, wherever it came from.
pub(crate) fn file(media_type: String, content: Vec<u8>, asked: &str, most: u64) -> Checked<Document> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(asked) {
        return invalid("is not the form that was asked for").at("media-type");
    }
    if content.len() as u64 > most {
        return invalid("is too long").at("content");
    }
    // readers accept up to a kilobyte of something else before it (ISO 32000-1, annex H)
    let head = &content[..content.len().min(1024)];
    if asked == PDF && memchr::memmem::find(head, b"%PDF-").is_none() {
        return invalid("is no PDF").at("content");
    }
    // and as much behind its end; without one the half of a bill would be a bill
    let tail = &content[content.len().saturating_sub(1024)..];
    if asked == PDF && memchr::memmem::find(tail, b"%%EOF").is_none() {
        return invalid("is a PDF without its end").at("content");
    }
    if asked.ends_with("/xml") && !begins_as_xml(head) {
        return invalid("is no XML").at("content");
    }
    Ok(Document { media_type: asked.to_owned(), bytes: content })
}

/// Whether it begins with a tag, and not with that of a web page which says "try later".
fn begins_as_xml(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let is_page = [b"<!doctype html".as_slice(), b"<html"]
        .iter()
        .any(|page| text.get(..page.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(page)));
    text.starts_with(b"<") && !is_page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(asked: &str, media_type: &str, content: &[u8]) -> String {
        let wire = wire::Document { media_type: media_type.into(), content: content.to_vec() };
        document(wire, asked, 40).map_or_else(|wrong| wrong.field, |_| "accepted".into())
    }

    #[test]
    fn a_document_is_what_was_asked_for() {
        assert_eq!(field(PDF, "application/pdf", b"%PDF-1.7\n%%EOF\r\n"), "accepted");
        assert_eq!(field(PDF, "application/pdf; version=1.7", b"\xef\xbb\xbf%PDF-1.7\n%%EOF"), "accepted");
        assert_eq!(field(PDF, "text/html", b"%PDF-1.7"), "media-type");
        assert_eq!(field(PDF, "application/xml", b"<a/>"), "media-type");
        assert_eq!(field(PDF, "application/pdf", b"<html>"), "content");
        assert_eq!(field(PDF, "application/pdf", b"%PDF-1.7\n1 0 obj<</Ty"), "content");
        assert_eq!(field(PDF, "application/pdf", b"%PDF-1.7 and too long for what it may be here\n%%EOF"), "content");
    }

    #[test]
    fn a_form_that_is_xml_begins_with_a_tag() {
        let xml = "application/xml";
        assert_eq!(field(xml, "application/xml; charset=utf-8", b"\xef\xbb\xbf <?xml version='1.0'?><a/>"), "accepted");
        assert_eq!(field(xml, xml, b"{}"), "content");
        assert_eq!(field(xml, xml, b"<!DOCTYPE HTML><html>"), "content");
        assert_eq!(field("text/csv", "text/csv", b"a;b"), "accepted");
    }
}

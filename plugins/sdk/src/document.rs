//! Documents that are what they say.

use crate::types::{Document, Error};

impl Document {
    /// The media type of a PDF.
    pub const PDF: &str = "application/pdf";

    /// A PDF, byte for byte. Whatever else stands in its place is [`Error::Upstream`]: a page that says "try later" with
    /// status 200 must never go out as somebody's bill.
    pub fn pdf(content: Vec<u8>) -> Result<Self, Error> {
        if content.starts_with(b"%PDF-") {
            Ok(Self { media_type: Self::PDF.to_owned(), content })
        } else {
            Err(Error::upstream("a document that is no PDF"))
        }
    }

    /// Refuses a media type that is none of those that the billing system makes.
    pub fn check_offered(media_type: &str, offered: &[&str]) -> Result<(), Error> {
        if offered.contains(&media_type) {
            return Ok(());
        }
        Err(Error::rejected("media-type", "not-offered", format_args!("only {}", offered.join(" and "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_no_pdf() {
        assert_eq!(Document::pdf(b"%PDF-1.7".to_vec()).unwrap().media_type, "application/pdf");
        assert!(matches!(Document::pdf(b"<html>try later</html>".to_vec()), Err(Error::Upstream(_))));
    }

    #[test]
    fn what_is_made_is_named_where_something_else_is_asked_for() {
        assert_eq!(Document::check_offered("a/b", &["a/b", "c/d"]), Ok(()));
        let refused = Error::rejected("media-type", "not-offered", "only a/b and c/d");
        assert_eq!(Document::check_offered("text/html", &["a/b", "c/d"]), Err(refused));
    }
}

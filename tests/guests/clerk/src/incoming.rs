//! `files`: what is read, and handed over.

use komunala_adapter_sdk::{
    Error,
    files::{Document, FilePage, Files, HandOverReport, Portion},
};

use crate::{Clerk, answered, listing, listing::Id, misdeed, outgoing, payments};

/// The one document there is.
const PDF: &[u8] = b"%PDF-1.4 of the clerk\n%%EOF";

impl Files for Clerk {
    fn list_files(since: Option<String>, size: u16) -> Result<FilePage, Error> {
        listing::page(since.as_deref(), size)
    }

    fn read_file(file: String, fingerprint: String, since: Option<String>, size: u16) -> Result<Portion, Error> {
        let id = Id::parse(&file).ok_or(Error::NotFound)?;
        if id.fingerprint()? != fingerprint {
            return Err(Error::conflict("it was sent again"));
        }
        let rows = if id.is_answer { answered::rows(id)? } else { payments::rows(id)? };
        let start: usize = match since {
            None => 0,
            Some(text) => {
                text.parse().map_err(|_| Error::rejected("since", "malformed", "not a cursor of this file"))?
            }
        };
        let end = (start + usize::from(size)).min(rows.rows.len());
        let skipped = usize::from(misdeed::is("files"));
        let next = (end < rows.rows.len()).then(|| (end + skipped).to_string());
        let problems = if start == 0 { rows.problems } else { Vec::new() };
        Ok(Portion { rows: rows.rows.into_iter().take(end).skip(start).collect(), problems, next })
    }

    fn read_document(invoice: String, place: String) -> Result<Document, Error> {
        match (invoice.as_str(), place.as_str()) {
            ("26-10-00017", "archive") => {
                Ok(Document { media_type: "application/pdf".to_owned(), content: PDF.to_vec() })
            }
            (_, "archive") if misdeed::is("archive") => Err(Error::upstream("it is not in the archive")),
            (_, "archive") => Err(Error::NotFound),
            (_, "archive-to-come") => Err(Error::NotAvailableYet(None)),
            _ => Err(Error::rejected("document", "malformed", "not a place of this archive")),
        }
    }

    fn hand_over() -> Result<HandOverReport, Error> {
        outgoing::hand_over()
    }
}

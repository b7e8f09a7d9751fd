//! Lists in pages: `?page=` from 1, `&size=` up to 200.

use komunala_adapter_sdk::{Error, http::Request, types::PageRequest};
use serde::Deserialize;

/// Most items that the billing system puts on a page.
const MAX_SIZE: u16 = 200;

/// Which page is asked for. A page's number means something only together with its size, so a cursor holds both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    number: u32,
    size: u16,
}

impl Page {
    /// From the contract's request: its cursor is `NUMBER.SIZE`, as [`Page::next`] made it.
    pub(crate) fn new(request: &PageRequest) -> Result<Self, Error> {
        let Some(cursor) = &request.cursor else {
            return Ok(Self { number: 1, size: request.size_up_to(MAX_SIZE)? });
        };
        let page = cursor.split_once('.').and_then(|(number, size)| {
            Some(Self { number: number.parse().ok().filter(|number| *number > 1)?, size: size.parse().ok()? })
        });
        page.filter(|page| (1..=MAX_SIZE).contains(&page.size))
            .ok_or_else(|| Error::rejected("page.cursor", "malformed", "not a cursor of this list"))
    }

    /// Asks for this page.
    pub(crate) fn ask<'a>(&self, request: Request<'a>) -> Request<'a> {
        request.query("page", self.number).query("size", self.size)
    }

    /// The cursor of the page behind this one, of so many pages.
    pub(crate) fn next(&self, pages: u32) -> Option<String> {
        (self.number < pages).then(|| format!("{}.{}", self.number + 1, self.size))
    }
}

/// A page as it comes.
#[derive(Deserialize)]
pub(crate) struct Paged<T> {
    pub(crate) items: Vec<T>,
    pub(crate) pages: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(cursor: Option<&str>, size: u16) -> Result<Page, Error> {
        Page::new(&PageRequest { cursor: cursor.map(str::to_owned), size })
    }

    #[test]
    fn a_cursor_keeps_the_size_it_began_with() {
        let first = asked(None, 50).unwrap();
        let second = asked(first.next(3).as_deref(), 100).unwrap();
        assert_eq!(second, Page { number: 2, size: 50 });
        assert_eq!(second.next(2), None);
        assert_eq!(first.next(0), None);
    }

    #[test]
    fn a_page_is_never_larger_than_the_billing_system_allows() {
        assert_eq!(asked(None, 1000).unwrap().size, 200);
        assert!(matches!(asked(None, 0), Err(Error::Rejected(_))));
    }

    #[test]
    fn a_cursor_that_this_list_did_not_make_is_refused() {
        for cursor in ["", "2", "1.20", "2.0", "2.201", "-2.20", "2.20.3", "a.b"] {
            assert!(matches!(asked(Some(cursor), 20), Err(Error::Rejected(_))), "{cursor}");
        }
    }
}

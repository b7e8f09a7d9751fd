//! Where a file is read on: `part:offset:line`, and the bills of it that are put aside.

use std::{fmt, str::FromStr};

use komunala_adapter_sdk::Error;

use crate::tally::BillKey;

/// Most bills that are put aside; they travel in the cursor, which is bounded. A file with more of them is refused.
pub(crate) const MAX_ASIDE: usize = 48;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cursor {
    /// which of the files that count together
    pub(crate) part: usize,
    /// bytes before the next line
    pub(crate) offset: u64,
    /// lines before the next line
    pub(crate) line: u64,
    /// bills that are not the sum of their lines
    pub(crate) aside: Vec<BillKey>,
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}:", self.part, self.offset, self.line)?;
        self.aside.iter().try_for_each(|bill| write!(out, "{bill:016x}"))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text).ok_or_else(|| Error::rejected("since", "malformed", "not a cursor of this file"))
    }
}

fn read(text: &str) -> Option<Cursor> {
    let mut fields = text.split(':');
    let (part, offset, line, aside) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || !aside.is_ascii() || aside.len() % 16 != 0 || aside.len() / 16 > MAX_ASIDE {
        return None;
    }
    let bills = (0..aside.len() / 16).map(|index| u64::from_str_radix(&aside[index * 16..index * 16 + 16], 16).ok());
    Some(Cursor {
        part: part.parse().ok()?,
        offset: offset.parse().ok()?,
        line: line.parse().ok()?,
        aside: bills.collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_reads_what_it_writes_within_the_contracts_bound(
            part in 0..2_usize,
            offset in any::<u64>(),
            line in any::<u64>(),
            aside in proptest::collection::vec(any::<u64>(), 0..=MAX_ASIDE)
        ) {
            let cursor = Cursor { part, offset, line, aside };
            let text = cursor.to_string();
            prop_assert!(text.len() <= 1024);
            prop_assert_eq!(text.parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn other_texts_are_no_cursor(text in "[0-9a-f:é]{0,60}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string().split(':').count(), 4);
            }
        }
    }
}

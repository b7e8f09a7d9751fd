//! Lists as billing systems give them.

use std::cmp::Ordering;

use crate::types::{Error, PageRequest};

impl PageRequest {
    /// How many items a page has, of which the billing system gives at most `most` at once.
    pub fn size_up_to(&self, most: u16) -> Result<u16, Error> {
        match self.size {
            0 => Err(Error::rejected("page.size", "out-of-range", "at least 1")),
            size => Ok(size.min(most)),
        }
    }
}

/// Each item once, where it stood first: many billing systems list one twice. Items that are equal in `order` are the same.
pub fn distinct<T>(mut items: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut sorted: Vec<usize> = (0..items.len()).collect();
    sorted.sort_unstable_by(|&one, &other| order(&items[one], &items[other]).then(one.cmp(&other)));
    let mut repeated = vec![false; items.len()];
    for pair in sorted.windows(2) {
        repeated[pair[1]] = order(&items[pair[0]], &items[pair[1]]).is_eq();
    }
    let mut repeated = repeated.into_iter();
    items.retain(|_| !repeated.next().unwrap_or(false));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_never_larger_than_the_billing_system_allows() {
        let asked = |size| PageRequest { cursor: None, size }.size_up_to(200);
        assert_eq!((asked(1000), asked(20)), (Ok(200), Ok(20)));
        assert!(matches!(asked(0), Err(Error::Rejected(_))));
    }

    #[test]
    fn an_item_that_recurs_is_taken_once_and_keeps_its_place() {
        assert_eq!(distinct(vec![3, 1, 3, 2, 1, 3], Ord::cmp), [3, 1, 2]);
        assert!(distinct(Vec::<u8>::new(), Ord::cmp).is_empty());
    }
}

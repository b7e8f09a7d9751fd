//! Lists as billing systems give them.

use std::cmp::Ordering;

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
    fn an_item_that_recurs_is_taken_once_and_keeps_its_place() {
        assert_eq!(distinct(vec![3, 1, 3, 2, 1, 3], Ord::cmp), [3, 1, 2]);
        assert!(distinct(Vec::<u8>::new(), Ord::cmp).is_empty());
    }
}

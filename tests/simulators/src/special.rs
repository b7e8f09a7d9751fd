//! Which customers are special: one of each kind among so many in a row, so that a test finds the one it needs.

/// The special kind of the customer at a place, if it is special; any `block` in a row have one of each of `kinds`.
pub(crate) fn kind_at<K: Copy>(kinds: &[K], block: u64, place: u64) -> Option<K> {
    let spacing = block / kinds.len() as u64;
    let within = place % block;
    if within % spacing != spacing - 1 {
        return None;
    }
    kinds.get(usize::try_from(within / spacing).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_block_in_a_row_has_one_of_each_kind() {
        for (kinds, block) in [(&['a', 'b', 'c'][..], 10), (&['a'], 1), (&['a', 'b', 'c', 'd'], 50)] {
            for start in [0, 3, 689_750] {
                let found: Vec<char> =
                    (start..start + block).filter_map(|place| kind_at(kinds, block, place)).collect();
                assert_eq!(found.len(), kinds.len());
                assert!(kinds.iter().all(|kind| found.contains(kind)));
            }
        }
    }
}

//! Reproducible draws: the same seed, topic and number give the same values, today and in every later version.

/// A stream of pseudo-random values that depends on nothing but what it was made from.
///
/// Written out here (SplitMix64) rather than taken from a library, because generators of libraries may change between
/// versions, and then every customer would become somebody else.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    state: u64,
}

impl Draw {
    /// A stream of its own per seed, topic and number; two topics never share their values.
    pub(crate) fn new(seed: u64, topic: &str, number: u64) -> Self {
        // FNV-1a over the topic keeps the topics apart.
        let topic = topic
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self { state: mix(mix(seed ^ topic).wrapping_add(number)) }
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A value from 0 up to, not including, `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        debug_assert!(bound > 0, "nothing lies below zero");
        self.bits() % bound
    }

    /// A value from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low) + 1;
        low + i64::try_from(self.below(width)).expect("a width of two i64 that are close together fits")
    }

    /// True in `per_mille` of a thousand cases.
    pub(crate) fn chance(&mut self, per_mille: u16) -> bool {
        self.below(1000) < u64::from(per_mille)
    }

    /// One of the choices, each as likely as the others.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(choices.len() as u64)).expect("an index fits a usize");
        &choices[index]
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_topic_and_number_draw_the_same_values() {
        let draw = |seed, topic, number| Draw::new(seed, topic, number).bits();
        assert_eq!(draw(7, "pin", 3), draw(7, "pin", 3));
        assert_ne!(draw(7, "pin", 3), draw(8, "pin", 3));
        assert_ne!(draw(7, "pin", 3), draw(7, "name", 3));
        assert_ne!(draw(7, "pin", 3), draw(7, "pin", 4));
        // Pinned: whoever changes the generator changes every customer.
        assert_eq!(draw(7, "pin", 3), PINNED);
    }

    const PINNED: u64 = 10_720_784_075_002_983_518;

    #[test]
    fn a_value_between_two_bounds_reaches_both() {
        let mut draw = Draw::new(1, "bounds", 0);
        let seen: std::collections::BTreeSet<i64> = (0..200).map(|_| draw.between(-1, 1)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-1, 0, 1]);
    }
}

//! How many short messages a text takes: one, or several that the phone puts together.
//!
//! A segment has 140 bytes, of which six say to what it belongs where there are several. The gateway cuts the text; the
//! hub counts by the same rules: no escape and no surrogate pair is torn apart.

use crate::alphabet;

/// In what a text is written over the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// The default alphabet of GSM: 160 places in one segment, 153 in each of several.
    Gsm7,
    /// UCS-2: 70 places of 16 bits in one segment, 67 in each of several.
    Ucs2,
}

/// What a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    /// In what it is written.
    pub coding: Coding,
    /// How many segments; one for an empty text.
    pub count: usize,
}

impl Segments {
    /// Counts those of a text.
    pub fn of(text: &str) -> Self {
        let places: Option<Vec<usize>> = text.chars().map(alphabet::places).collect();
        match places {
            Some(places) => Self { coding: Coding::Gsm7, count: count(places, 160, 153) },
            None => Self { coding: Coding::Ucs2, count: count(text.chars().map(char::len_utf16).collect(), 70, 67) },
        }
    }
}

/// How many segments letters fill that take so many places each.
fn count(letters: Vec<usize>, alone: usize, among_others: usize) -> usize {
    if letters.iter().sum::<usize>() <= alone {
        return 1;
    }
    let (mut segments, mut used) = (1, 0);
    for places in letters {
        if used + places > among_others {
            (segments, used) = (segments + 1, 0);
        }
        used += places;
    }
    segments
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> (Coding, usize) {
        let Segments { coding, count } = Segments::of(text);
        (coding, count)
    }

    #[test]
    fn a_segment_holds_160_letters_and_one_of_several_153() {
        for (letters, segments) in [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)] {
            assert_eq!(of(&"a".repeat(letters)), (Coding::Gsm7, segments), "{letters}");
        }
    }

    #[test]
    fn one_letter_outside_the_alphabet_makes_it_70_and_67() {
        for (letters, segments) in [(69, 1), (70, 2), (133, 2), (134, 3), (200, 3), (201, 4)] {
            assert_eq!(of(&("a".repeat(letters) + "č")), (Coding::Ucs2, segments), "{letters}");
        }
    }

    #[test]
    fn a_letter_of_the_extension_takes_two_places_and_is_not_torn_apart() {
        assert_eq!(of(&"€".repeat(80)), (Coding::Gsm7, 1));
        assert_eq!(of(&"€".repeat(81)), (Coding::Gsm7, 2));
        // 152 places are used of 153: the next one does not fit
        assert_eq!(of(&("a".repeat(152) + "€" + &"a".repeat(151))), (Coding::Gsm7, 2));
        assert_eq!(of(&("a".repeat(152) + "€" + &"a".repeat(152))), (Coding::Gsm7, 3));
    }

    #[test]
    fn a_surrogate_pair_is_not_torn_apart() {
        assert_eq!(of(&"😀".repeat(35)), (Coding::Ucs2, 1));
        // 33 pairs are 66 of 67 places
        assert_eq!(of(&"😀".repeat(66)), (Coding::Ucs2, 2));
        assert_eq!(of(&"😀".repeat(67)), (Coding::Ucs2, 3));
    }

    proptest! {
        #[test]
        fn a_text_has_room_in_its_segments_and_would_not_have_in_far_fewer(text in "[a-z€~ščЖ😀 ]{0,700}") {
            let Segments { coding, count } = Segments::of(&text);
            let (alone, each, places): (usize, usize, usize) = match coding {
                Coding::Gsm7 => (160, 153, text.chars().map(|letter| alphabet::places(letter).unwrap()).sum()),
                Coding::Ucs2 => (70, 67, text.encode_utf16().count()),
            };
            let room = if count == 1 { alone } else { count * each };
            prop_assert!(places <= room);
            // each segment but the last is full but for one place at most
            prop_assert!(count == 1 || places > (count - 1) * (each - 1));
            prop_assert_eq!(count == 1, places <= alone);
        }
    }
}

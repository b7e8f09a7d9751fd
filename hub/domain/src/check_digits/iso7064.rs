//! ISO 7064, MOD 97-10: the remainder that IBANs, creditor references and Serbian numbers are checked by.

/// The remainder modulo 97 of a number whose letters stand for two digits each, A for 10 to Z for 35, whatever their
/// case; `None` where anything else stands in it.
pub(super) fn remainder(text: &str) -> Option<u32> {
    text.chars().try_fold(0, |remainder: u32, character| {
        let value = character.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((remainder * shift + value) % 97)
    })
}

/// The two digits that make the remainder of `text` followed by them 1; `None` where it has other characters.
pub(super) fn control(text: &str) -> Option<u32> {
    Some(98 - remainder(text)? * 100 % 97)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_stand_for_two_digits() {
        assert_eq!(remainder("A"), Some(10));
        assert_eq!(remainder("z1"), Some(351 % 97));
        assert_eq!(remainder("12-3"), None);
        assert_eq!(remainder("Ж"), None);
    }

    proptest! {
        #[test]
        fn what_ends_in_its_control_leaves_one(text in "[0-9A-Z]{1,30}") {
            let whole = format!("{text}{:02}", control(&text).unwrap());
            prop_assert_eq!(remainder(&whole), Some(1));
        }

        #[test]
        fn a_digit_for_another_is_found(text in "[0-9]{2,30}", at in any::<prop::sample::Index>(), by in 1_u8..10) {
            let mut other = text.clone().into_bytes();
            let at = at.index(other.len());
            other[at] = b'0' + (other[at] - b'0' + by) % 10;
            prop_assert_ne!(remainder(&text), remainder(std::str::from_utf8(&other).unwrap()));
        }
    }
}

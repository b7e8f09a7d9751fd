//! The default alphabet of GSM (3GPP TS 23.038, 6.2.1): 7 bits a letter, and some letters that take two.

/// Letters of one place, in the order of their codes; the escape at 0x1B is none.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";

/// Letters that stand behind an escape.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How many places of 7 bits a letter takes; none where the alphabet does not have it.
pub(crate) fn places(letter: char) -> Option<usize> {
    if letter.is_ascii_alphanumeric() || BASIC.contains(letter) {
        Some(1)
    } else {
        EXTENSION.contains(letter).then_some(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_as_many_letters_as_the_standard() {
        assert_eq!((BASIC.chars().count(), EXTENSION.chars().count()), (127, 10));
    }

    #[test]
    fn what_our_languages_write_with_hooks_is_not_in_it() {
        assert!("čćžšđČĆŽŠĐљњџїєґ„“…–`".chars().all(|letter| places(letter).is_none()));
        assert_eq!((places('@'), places('€'), places('~'), places('à')), (Some(1), Some(2), Some(2), Some(1)));
    }
}

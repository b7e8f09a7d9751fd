//! Passwords that are tried first.

use std::sync::LazyLock;

/// Sorted; `data/README.md` says where the list comes from.
static COMMON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common_passwords.txt").lines().collect());

/// What is left of a password besides things that are known of its owner must not be shorter than this.
const LEAST_OF_ITS_OWN: usize = 5;

/// Whether a password, in whatever case, is among the most common ones of leaked collections.
pub(super) fn is_common(password: &str) -> bool {
    COMMON.binary_search(&password.to_lowercase().as_str()).is_ok()
}

/// Whether a password is little more than things that are known of its owner: names, an address, a number.
pub(super) fn is_little_more_than(password: &str, known: &[&str]) -> bool {
    let mut rest = password.to_lowercase();
    for word in known {
        let word = word.to_lowercase();
        if word.chars().count() >= 3 {
            rest = rest.replace(&word, "");
        }
    }
    rest.chars().count() < LEAST_OF_ITS_OWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched_and_holds_what_could_be_chosen() {
        assert!(COMMON.len() > 10_000);
        assert!(COMMON.is_sorted());
        assert!(COMMON.iter().all(|word| word.chars().count() >= 8 && word.to_lowercase() == **word));
    }

    #[test]
    fn a_common_password_is_known_in_any_case() {
        for common in ["password1", "PassWord1", "qwertyuiop", "1q2w3e4r5t", "iloveyou1"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("seven green gas meters"));
    }

    #[test]
    fn names_and_numbers_of_ones_own_make_no_password() {
        let known = ["Верица", "Петровић", "verica.p", "0012345"];
        for weak in ["верица1980", "Петровић!", "VERICA.P1234", "0012345Верица", "0012345а"] {
            assert!(is_little_more_than(weak, &known), "{weak}");
        }
        assert!(!is_little_more_than("верица воли плин", &known));
        assert!(!is_little_more_than("seven green", &["", "a", "en"]));
    }
}

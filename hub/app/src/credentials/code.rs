//! Verification codes and the tokens of links.
//!
//! Neither is stored anywhere: both are derived from the id of a confirmation or challenge under a key that is not in the database,
//! and derived again to be compared. An outbox row therefore holds no code, and a dump of the database opens nothing.

use aws_lc_rs::{constant_time, hmac};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Keys, signed::SignedTokens};

/// How long a code is valid.
pub const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How many tries a code has.
pub const MAX_TRIES: u32 = 5;

/// The codes of each use: what was made for one opens nothing of another.
pub struct CodeBooks {
    /// For confirming the address of a registration.
    pub confirmations: Codes,
    /// For a new password.
    pub resets: Codes,
    /// For a new address.
    pub address_changes: Codes,
    /// For being told of something at an address or phone, without a portal account.
    pub subscriptions: Codes,
}

impl CodeBooks {
    /// Takes the keys they need.
    pub fn new(keys: &Keys) -> Self {
        let of = |word| Codes::new(keys, word);
        Self {
            confirmations: of("verification"),
            resets: of("reset"),
            address_changes: of("address"),
            subscriptions: of("subscription"),
        }
    }
}

/// Derives codes and link tokens from ids.
pub struct Codes {
    codes: hmac::Key,
    links: SignedTokens,
}

impl Codes {
    fn new(keys: &Keys, word: &str) -> Self {
        let codes = hmac::Key::new(hmac::HMAC_SHA256, &keys.subkey(&format!("{word}-codes")));
        Self { codes, links: SignedTokens::new(keys, &format!("{word}-links")) }
    }

    /// The eight digits of an id.
    pub fn code(&self, id: Uuid) -> String {
        let tag = hmac::sign(&self.codes, id.as_bytes());
        let number = tag.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        // 2^64 is so much larger than 10^8 that the digits are even to one part in 10^11
        format!("{:08}", number % 100_000_000)
    }

    /// Whether `typed` is the id's code; blanks and dashes between the digits are let pass.
    pub fn is_code(&self, id: Uuid, typed: &str) -> bool {
        let typed: Vec<u8> = typed.bytes().filter(|b| !matches!(b, b' ' | b'-')).collect();
        constant_time::verify_slices_are_equal(self.code(id).as_bytes(), &typed).is_ok()
    }

    /// The token of the id's link.
    pub fn link_token(&self, id: Uuid) -> String {
        self.links.token(id.as_bytes().to_vec())
    }

    /// The id that a link's token belongs to, if the hub made it for this use.
    pub fn open_link_token(&self, token: &str) -> Option<Uuid> {
        Uuid::from_slice(&self.links.open(token)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RootSecret;

    fn books(root: u8) -> CodeBooks {
        CodeBooks::new(&Keys::derive(&RootSecret::new(vec![root; 32]).unwrap()))
    }

    #[test]
    fn a_code_has_eight_digits_and_opens_only_its_own_confirmation() {
        let (codes, first, second) = (books(1).confirmations, Uuid::now_v7(), Uuid::now_v7());
        let code = codes.code(first);
        assert_eq!(code.len(), 8);
        assert!(code.bytes().all(|b| b.is_ascii_digit()));
        assert!(codes.is_code(first, &format!("{} {}", &code[..4], &code[4..])));
        assert!(!codes.is_code(second, &code));
        assert!(!codes.is_code(first, ""));
    }

    #[test]
    fn a_link_token_opens_only_under_the_root_secret_that_made_it() {
        let id = Uuid::now_v7();
        let token = books(1).confirmations.link_token(id);
        assert_eq!(books(1).confirmations.open_link_token(&token), Some(id));
        assert_eq!(books(2).confirmations.open_link_token(&token), None);
        assert_eq!(books(1).confirmations.open_link_token("x"), None);
    }

    #[test]
    fn what_was_made_for_one_use_opens_nothing_of_another() {
        let (books, id) = (books(1), Uuid::now_v7());
        assert!(!books.resets.is_code(id, &books.confirmations.code(id)));
        assert_eq!(books.resets.open_link_token(&books.confirmations.link_token(id)), None);
        assert_eq!(books.address_changes.open_link_token(&books.resets.link_token(id)), None);
    }
}

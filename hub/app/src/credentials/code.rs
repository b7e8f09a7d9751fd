//! Verification codes and the tokens of links.
//!
//! Neither is stored anywhere: both are derived from the confirmation's id under a key that is not in the database,
//! and derived again to be compared. An outbox row therefore holds no code, and a dump of the database opens nothing.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use komunala_domain::ids::VerificationId;
use uuid::Uuid;

use super::Keys;

/// How long a code is valid.
pub const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How many tries a code has.
pub const MAX_TRIES: u32 = 5;

/// Derives codes and link tokens.
pub struct Codes {
    codes: hmac::Key,
    links: hmac::Key,
}

impl Codes {
    /// Takes the keys it needs.
    pub fn new(keys: &Keys) -> Self {
        let key = |label| hmac::Key::new(hmac::HMAC_SHA256, &keys.subkey(label));
        Self { codes: key("verification-codes"), links: key("verification-links") }
    }

    /// The eight digits of a confirmation.
    pub fn code(&self, verification: VerificationId) -> String {
        let tag = hmac::sign(&self.codes, verification.uuid().as_bytes());
        let number = tag.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        // 2^64 is so much larger than 10^8 that the digits are even to one part in 10^11
        format!("{:08}", number % 100_000_000)
    }

    /// Whether `typed` is the confirmation's code; blanks and dashes between the digits are let pass.
    pub fn is_code(&self, verification: VerificationId, typed: &str) -> bool {
        let typed: Vec<u8> = typed.bytes().filter(|b| !matches!(b, b' ' | b'-')).collect();
        constant_time::verify_slices_are_equal(self.code(verification).as_bytes(), &typed).is_ok()
    }

    /// The token of the confirmation's link.
    pub fn link_token(&self, verification: VerificationId) -> String {
        let mut token = verification.uuid().as_bytes().to_vec();
        token.extend_from_slice(&hmac::sign(&self.links, verification.uuid().as_bytes()).as_ref()[..16]);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The confirmation that a link's token belongs to, if the hub made it.
    pub fn open_link_token(&self, token: &str) -> Option<VerificationId> {
        let token: [u8; 32] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (id, tag) = token.split_at(16);
        let expected = hmac::sign(&self.links, id);
        constant_time::verify_slices_are_equal(&expected.as_ref()[..16], tag).ok()?;
        Uuid::from_slice(id).ok().map(VerificationId::from_uuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RootSecret;

    fn codes(root: u8) -> Codes {
        Codes::new(&Keys::derive(&RootSecret::new(vec![root; 32]).unwrap()))
    }

    #[test]
    fn a_code_has_eight_digits_and_opens_only_its_own_confirmation() {
        let (codes, first, second) = (codes(1), VerificationId::new(), VerificationId::new());
        let code = codes.code(first);
        assert_eq!(code.len(), 8);
        assert!(code.bytes().all(|b| b.is_ascii_digit()));
        assert!(codes.is_code(first, &format!("{} {}", &code[..4], &code[4..])));
        assert!(!codes.is_code(second, &code));
        assert!(!codes.is_code(first, ""));
    }

    #[test]
    fn a_link_token_opens_only_under_the_root_secret_that_made_it() {
        let id = VerificationId::new();
        let token = codes(1).link_token(id);
        assert_eq!(codes(1).open_link_token(&token), Some(id));
        assert_eq!(codes(2).open_link_token(&token), None);
        assert_eq!(codes(1).open_link_token("x"), None);
    }
}

//! Tokens that say something and are kept nowhere: what is said, and a tag over it that only the hub can make.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Keys;

/// Bytes of the tag, cut from HMAC-SHA-256.
const TAG: usize = 16;

/// Makes and reads the tokens of one use.
pub(super) struct SignedTokens(hmac::Key);

impl SignedTokens {
    /// Derives the key of the use that `label` names.
    pub(super) fn new(keys: &Keys, label: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.subkey(label)))
    }

    /// The token that says this, the same each time: letters, digits, `-` and `_`.
    pub(super) fn token(&self, mut said: Vec<u8>) -> String {
        let tag = hmac::sign(&self.0, &said);
        said.extend_from_slice(&tag.as_ref()[..TAG]);
        URL_SAFE_NO_PAD.encode(said)
    }

    /// What a token says; `None` for one that was not made for this use.
    pub(super) fn open(&self, token: &str) -> Option<Vec<u8>> {
        let mut said = URL_SAFE_NO_PAD.decode(token).ok()?;
        let tag = said.split_off(said.len().checked_sub(TAG)?);
        let right = hmac::sign(&self.0, &said);
        constant_time::verify_slices_are_equal(&right.as_ref()[..TAG], &tag).ok()?;
        Some(said)
    }
}

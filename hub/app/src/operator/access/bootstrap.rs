//! The bootstrap token: what opens the door before anybody has a certificate or signs in.

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest};
use secrecy::{ExposeSecret, SecretString};

/// What an operator shows. It is kept as its digest, which is also what makes comparing take the same time for all.
pub struct BootstrapToken([u8; 32]);

/// Why a token was refused as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operator's token has at least {min} characters", min = BootstrapToken::MIN_CHARS)]
pub struct TokenTooShort;

impl BootstrapToken {
    /// The fewest characters; what [`BootstrapToken::generate`] makes has 67.
    pub const MIN_CHARS: usize = 32;

    /// The name that changes carry which were made with it.
    pub(super) const NAME: &str = "bootstrap-token";

    /// Takes the token as it stands in its file.
    pub fn new(token: &SecretString) -> Result<Self, TokenTooShort> {
        let token = token.expose_secret();
        if token.chars().count() < Self::MIN_CHARS {
            return Err(TokenTooShort);
        }
        Ok(Self(hash(token)))
    }

    /// A new token: 32 random bytes.
    pub fn generate() -> SecretString {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).expect("the system has randomness");
        format!("ko_{}", hex::encode(bytes)).into()
    }

    pub(super) fn is(&self, shown: &str) -> bool {
        verify_slices_are_equal(&self.0, &hash(shown)).is_ok()
    }
}

fn hash(token: &str) -> [u8; 32] {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_and_no_part_of_it() {
        let token = BootstrapToken::generate();
        let kept = BootstrapToken::new(&token).unwrap();
        assert!(kept.is(token.expose_secret()));
        assert!(!kept.is(&token.expose_secret()[1..]) && !kept.is(""));
    }

    #[test]
    fn a_short_token_is_none() {
        assert_eq!(BootstrapToken::new(&"secret".to_owned().into()).err(), Some(TokenTooShort));
    }
}

//! The secret that a machine shows which calls the hub unasked: a gateway, a mail server.

use aws_lc_rs::constant_time;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};

/// The fewest characters: what is shorter can be guessed.
const SHORTEST: usize = 16;

/// A secret that the hub and one machine know.
#[derive(Debug, Clone)]
pub struct CallbackSecret(SecretString);

/// A secret that could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has fewer than {SHORTEST} characters")]
pub struct CallbackSecretTooShort;

impl CallbackSecret {
    /// A secret of 16 characters or more.
    pub fn new(secret: SecretString) -> Result<Self, CallbackSecretTooShort> {
        match secret.expose_secret().chars().count() {
            ..SHORTEST => Err(CallbackSecretTooShort),
            _ => Ok(Self(secret)),
        }
    }

    /// Whether this is the secret; how much of it is right takes no more time or less.
    pub fn is(&self, shown: &str) -> bool {
        constant_time::verify_slices_are_equal(shown.as_bytes(), self.0.expose_secret().as_bytes()).is_ok()
    }

    /// Whether a header `authorization` has it: as a bearer token, or as the password of basic authentication.
    pub fn is_in(&self, authorization: &str) -> bool {
        let shown = match authorization.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Some(token.trim().to_owned()),
            Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
                let pair = STANDARD.decode(pair.trim()).ok().and_then(|pair| String::from_utf8(pair).ok());
                pair.and_then(|pair| pair.split_once(':').map(|(_, password)| password.to_owned()))
            }
            _ => None,
        };
        shown.is_some_and(|shown| self.is(&shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Result<CallbackSecret, CallbackSecretTooShort> {
        CallbackSecret::new(text.to_owned().into())
    }

    #[test]
    fn a_header_shows_it_in_one_of_two_ways() {
        let secret = secret("sixteen letters!").unwrap();
        for shown in ["Bearer sixteen letters!", "bearer  sixteen letters! ", "Basic Z2F0ZXdheTpzaXh0ZWVuIGxldHRlcnMh"]
        {
            assert!(secret.is_in(shown), "{shown}");
        }
        for other in
            ["", "sixteen letters!", "Bearer sixteen letters", "Basic sixteen letters!", "Digest sixteen letters!"]
        {
            assert!(!secret.is_in(other), "{other}");
        }
    }

    #[test]
    fn one_that_could_be_guessed_is_none() {
        assert_eq!(secret("fifteen letters").unwrap_err(), CallbackSecretTooShort);
        assert!(secret("шеснаест словаaa").is_ok(), "letters count, not bytes");
    }
}

//! What the header of a token may say. It was written by whoever sent the token, before anything is verified.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::sign_on::SigningAlgorithm;

/// The longest token that is looked at, in bytes; those of identity providers have two or three thousand.
const LONGEST: usize = 16 * 1024;
/// The longest name of a key.
const LONGEST_NAME: usize = 256;

/// The parts of a header that count.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TokenHeader {
    pub(super) algorithm: SigningAlgorithm,
    /// Which key it was signed with, where it says so.
    pub(super) key: Option<String>,
}

/// A header as it is written. What is not named here does not matter; what is refused is named, so that nothing becomes
/// of it wherever it leads.
#[derive(Deserialize)]
struct Written {
    alg: String,
    kid: Option<String>,
    jku: Option<serde_json::Value>,
    jwk: Option<serde_json::Value>,
    x5u: Option<serde_json::Value>,
    x5c: Option<serde_json::Value>,
    crit: Option<serde_json::Value>,
    enc: Option<serde_json::Value>,
    zip: Option<serde_json::Value>,
    b64: Option<serde_json::Value>,
}

impl TokenHeader {
    /// Reads the header of a signed token. Its sender chooses neither key nor place to find one, and nothing that must be
    /// understood and is not.
    pub(super) fn read(token: &str) -> Result<Self, &'static str> {
        if token.len() > LONGEST {
            return Err("it is too long");
        }
        let mut parts = token.split('.');
        let (Some(header), Some(_), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("it has not three parts");
        };
        if signature.is_empty() {
            return Err("it has no signature");
        }
        let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| "its header is no base64url")?;
        let header: Written = serde_json::from_slice(&header).map_err(|_| "its header cannot be read")?;
        if [&header.jku, &header.jwk, &header.x5u, &header.x5c].into_iter().any(Option::is_some) {
            return Err("it brings a key of its own");
        }
        if [&header.crit, &header.enc, &header.zip, &header.b64].into_iter().any(Option::is_some) {
            return Err("it wants something understood that is not");
        }
        if header.kid.as_ref().is_some_and(|key| key.len() > LONGEST_NAME) {
            return Err("its key has too long a name");
        }
        let algorithm = header.alg.parse().map_err(|_| "it is signed by no algorithm that is known here")?;
        Ok(Self { algorithm, key: header.kid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Result<TokenHeader, &'static str> {
        TokenHeader::read(&format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header)))
    }

    #[test]
    fn a_header_says_algorithm_and_key_and_may_say_what_does_not_matter() {
        let header = read(r#"{"alg":"RS256","kid":"2024","typ":"at+jwt","x5t":"abc"}"#).unwrap();
        assert_eq!(header, TokenHeader { algorithm: SigningAlgorithm::Rs256, key: Some("2024".to_owned()) });
    }

    #[test]
    fn whoever_brings_a_key_or_an_algorithm_of_another_kind_is_refused() {
        for wrong in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"None"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"RS256","jku":"https://evil.example"}"#,
            r#"{"alg":"RS256","x5u":"https://evil.example"}"#,
            r#"{"alg":"RS256","jwk":{"kty":"RSA"}}"#,
            r#"{"alg":"RS256","x5c":[]}"#,
            r#"{"alg":"RS256","crit":["exp"]}"#,
            r#"{"alg":"RS256","b64":false}"#,
            r#"{"alg":"RS256","zip":"DEF"}"#,
            r#"{"kid":"2024"}"#,
            "[]",
            "",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", ".", "..", "e30.e30", "e30.e30.e30.e30", "eyJhbGciOiJSUzI1NiJ9.e30."] {
            assert!(TokenHeader::read(wrong).is_err(), "{wrong}");
        }
    }
}

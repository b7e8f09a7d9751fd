//! What gateways send unasked, and whether it is theirs.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use komunala_app::ports::text_gateways::{Callback, CallbackError, IncomingText, LONGEST_TEXT};
use komunala_domain::{PhoneNumber, ids::MessageId};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

/// The most fields of a query that are looked at.
const FIELDS: usize = 32;
/// The longest id that a gateway gives, in bytes.
const LONGEST_ID: usize = 200;

/// By what a gateway proves itself.
pub(crate) struct Proof {
    secret: SecretString,
    key: hmac::Key,
}

impl Proof {
    pub(crate) fn new(secret: SecretString) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        Self { secret, key }
    }

    /// Passes whoever shows the secret: as a bearer token, as the password of basic authentication, or, since some
    /// gateways send no header, as the field `secret`.
    pub(crate) fn check(&self, callback: &Callback<'_>) -> Result<(), CallbackError> {
        let header = callback.authorization.and_then(|header| header.split_once(' '));
        let shown = match header {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Some(token.trim().to_owned()),
            Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => {
                let pair = STANDARD.decode(pair.trim()).ok().and_then(|pair| String::from_utf8(pair).ok());
                pair.and_then(|pair| pair.split_once(':').map(|(_, password)| password.to_owned()))
            }
            _ => field(callback.query, "secret"),
        };
        let is_known = |shown: String| {
            constant_time::verify_slices_are_equal(shown.as_bytes(), self.secret.expose_secret().as_bytes()).is_ok()
        };
        if shown.is_some_and(is_known) { Ok(()) } else { Err(CallbackError::Forged) }
    }

    /// What stands in the address that receipts of one message come to. Whoever reads it in a log can speak of that one.
    pub(crate) fn token(&self, message: MessageId) -> String {
        hex::encode(&hmac::sign(&self.key, message.to_string().as_bytes()).as_ref()[..16])
    }

    /// Passes whoever knows the token of a message.
    pub(crate) fn check_token(&self, message: MessageId, shown: &str) -> Result<(), CallbackError> {
        let is_own = constant_time::verify_slices_are_equal(self.token(message).as_bytes(), shown.as_bytes()).is_ok();
        if is_own { Ok(()) } else { Err(CallbackError::Forged) }
    }
}

/// The first field of a name in a query.
pub(crate) fn field(query: &str, name: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(query.as_bytes()).take(FIELDS);
    fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A text from a phone, out of what a gateway says.
pub(crate) fn incoming(id: &str, from: &str, text: &str) -> Result<IncomingText, CallbackError> {
    if id.is_empty() || id.len() > LONGEST_ID || text.chars().count() > LONGEST_TEXT {
        return Err(CallbackError::Malformed);
    }
    let from = number(from).ok_or(CallbackError::Malformed)?;
    Ok(IncomingText { id: id.to_owned(), from, text: text.to_owned() })
}

/// A number as networks write it: with `+`, with `00`, or with neither.
fn number(text: &str) -> Option<PhoneNumber> {
    let text = text.trim();
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).unwrap_or(text);
    format!("+{digits}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, authorization: Option<&str>) -> Result<(), CallbackError> {
        Proof::new("s3cret".to_owned().into()).check(&Callback { query, authorization, body: b"" })
    }

    #[test]
    fn a_gateway_shows_its_secret_in_one_of_three_ways() {
        check("", Some("Bearer s3cret")).unwrap();
        check("", Some("basic Z2F0ZXdheTpzM2NyZXQ=")).unwrap();
        check("id=1&secret=s3cret", None).unwrap();
        for (query, header) in [
            ("", None),
            ("secret=", None),
            ("secret=s3cre", None),
            ("secret=s3cret", Some("Bearer x")),
            ("", Some("s3cret")),
        ] {
            assert_eq!(check(query, header), Err(CallbackError::Forged), "{query} {header:?}");
        }
    }

    #[test]
    fn a_token_is_good_for_one_message_alone() {
        let proof = Proof::new("s3cret".to_owned().into());
        let (one, other) = (MessageId::new(), MessageId::new());
        proof.check_token(one, &proof.token(one)).unwrap();
        assert_eq!(proof.check_token(other, &proof.token(one)), Err(CallbackError::Forged));
        assert_eq!(proof.check_token(one, ""), Err(CallbackError::Forged));
    }

    #[test]
    fn numbers_come_as_networks_write_them() {
        for written in ["+38640123456", "0038640123456", "38640123456", " 38640123456 "] {
            assert_eq!(incoming("1", written, "").unwrap().from.as_str(), "+38640123456");
        }
        for (id, from) in [("", "38640123456"), ("1", "ELEKTRO"), ("1", "1919"), ("1", "")] {
            assert_eq!(incoming(id, from, ""), Err(CallbackError::Malformed), "{id} {from}");
        }
    }
}

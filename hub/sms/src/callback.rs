//! What gateways send unasked, and whether it is theirs.

use aws_lc_rs::{constant_time, hmac};
use komunala_app::{
    credentials::CallbackSecret,
    ports::text_gateways::{Callback, CallbackError, IncomingText, LONGEST_TEXT},
};
use komunala_domain::{PhoneNumber, ids::MessageId};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use crate::GatewayProblem;

/// The most fields of a query that are looked at.
const FIELDS: usize = 32;
/// The longest id that a gateway gives, in bytes.
const LONGEST_ID: usize = 200;

/// By what a gateway proves itself.
pub(crate) struct Proof {
    secret: CallbackSecret,
    key: hmac::Key,
}

impl Proof {
    pub(crate) fn new(secret: SecretString) -> Result<Self, GatewayProblem> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        Ok(Self { secret: CallbackSecret::new(secret).map_err(|_| GatewayProblem::ShortSecret)?, key })
    }

    /// Passes whoever shows the secret: in the header `authorization`, or, since some gateways send none, as the field
    /// `secret`.
    pub(crate) fn check(&self, callback: &Callback<'_>) -> Result<(), CallbackError> {
        let is_known = match callback.authorization {
            Some(header) => self.secret.is_in(header),
            None => field(callback.query, "secret").is_some_and(|shown| self.secret.is(&shown)),
        };
        if is_known { Ok(()) } else { Err(CallbackError::Forged) }
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

    fn proof() -> Proof {
        Proof::new("sixteen-letters!".to_owned().into()).unwrap_or_else(|problem| panic!("{problem}"))
    }

    fn check(query: &str, authorization: Option<&str>) -> Result<(), CallbackError> {
        proof().check(&Callback { query, authorization, body: b"" })
    }

    #[test]
    fn a_gateway_shows_its_secret_in_a_header_or_else_in_the_query() {
        check("", Some("Bearer sixteen-letters!")).unwrap();
        check("id=1&secret=sixteen-letters!", None).unwrap();
        for (query, header) in [
            ("", None),
            ("secret=", None),
            ("secret=sixteen-letters", None),
            ("secret=sixteen-letters!", Some("Bearer x")),
            ("", Some("sixteen-letters!")),
        ] {
            assert_eq!(check(query, header), Err(CallbackError::Forged), "{query} {header:?}");
        }
    }

    #[test]
    fn a_token_is_good_for_one_message_alone() {
        let proof = proof();
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

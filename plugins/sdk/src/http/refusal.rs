//! Refusals that say why, in the form that most billing systems with JSON have.

use serde::Deserialize;

use super::Response;
use crate::types::{Date, Error, FieldViolation};

/// Most fields of a refusal that are looked at; the contract takes no more.
const MAX_FIELDS: usize = 32;

/// What stands in for a word that is none.
const UNKNOWN: &str = "UNKNOWN";

/// A refusal: `{"code":"READ_LOWER","message":"…","fields":["value"],"availableFrom":"2024-08-12"}`, of which only the
/// code must be there.
///
/// Its message is for the billing system's own staff and may name customers, so it is not even read; only
/// [words](word) are passed on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    code: String,
    fields: Option<Vec<String>>,
    available_from: Option<Date>,
}

impl Refusal {
    /// The refusal in an answer. None where there is none: of a proxy's page, or a 5xx that is no JSON, the status is all
    /// there is.
    #[must_use]
    pub fn of(response: &Response) -> Option<Self> {
        response.json().ok()
    }

    /// Which refusal it is.
    #[must_use]
    pub fn code(&self) -> &str {
        word(&self.code)
    }

    /// The day from which it is worth asking again, where it says one.
    #[must_use]
    pub fn available_from(&self) -> Option<Date> {
        self.available_from
    }

    /// As [`Error::Rejected`]: what the code means in the contract, for each of the fields under the name that `argument`
    /// gives it, or for `usual` where it names none.
    #[must_use]
    pub fn rejected(&self, meaning: &str, usual: &str, argument: impl Fn(&str) -> &str) -> Error {
        let fields = self.fields.as_deref().unwrap_or_default();
        if fields.is_empty() {
            return Error::rejected(usual, meaning, self.code());
        }
        let violation = |field: &String| FieldViolation::new(word(argument(field)), meaning, self.code());
        Error::Rejected(fields.iter().take(MAX_FIELDS).map(violation).collect())
    }
}

/// A code or the name of a field as it came, if it can do no harm in a log or an error: a sentence may name customers, and
/// a line break forges a line. `UNKNOWN` otherwise.
#[must_use]
pub fn word(text: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if !text.is_empty() && text.len() <= 64 && text.bytes().all(is_plain) { text } else { UNKNOWN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Option<Refusal> {
        Refusal::of(&Response { status: 422, body: body.as_bytes().to_vec(), ..Response::default() })
    }

    #[test]
    fn a_refusal_without_fields_is_about_the_usual_one() {
        for body in [r#"{"code":"LOW"}"#, r#"{"code":"LOW","fields":[]}"#, r#"{"code":"LOW","fields":null}"#] {
            let refusal = refusal(body).unwrap();
            assert_eq!(refusal.rejected("too-low", "value", |name| name), Error::rejected("value", "too-low", "LOW"));
        }
        assert_eq!(refusal("<html>Bad Gateway</html>"), None);
    }

    #[test]
    fn words_from_outside_cannot_forge_a_log_line_or_name_a_customer() {
        let refusal = refusal(r#"{"code":"A\nB","message":"Petar","fields":["Petar Petrović","pointId"]}"#).unwrap();
        assert_eq!(refusal.code(), "UNKNOWN");
        let Error::Rejected(violations) = refusal.rejected("x", "request", |name| name) else {
            panic!("another error")
        };
        assert_eq!(violations.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["UNKNOWN", "pointId"]);
    }
}

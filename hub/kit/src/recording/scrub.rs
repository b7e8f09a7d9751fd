//! Takes secrets and tokens out of what is recorded.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;

/// Names of fields and elements whose value is a token, in lower case without separators.
const TOKENS: [&str; 9] = [
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "token",
    "sessionid",
    "sessiontoken",
    "password",
    "clientsecret",
    "apikey",
];

/// Shorter values are no tokens, and replacing them would spoil other texts.
const SHORTEST: usize = 6;

/// What is replaced by what.
#[derive(Debug, Default)]
pub struct Scrubber {
    replaced: Vec<(Replaced, String)>,
    tokens: usize,
}

/// A text that must not be recorded.
struct Replaced(String);

impl std::fmt::Debug for Replaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Scrubber {
    /// Knows the secrets by name. In a recording the placeholder of the same name stands for each.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Self {
        let mut scrubber = Self::default();
        for (name, secret) in secrets {
            scrubber.replace(secret.expose_secret(), placeholder(name));
        }
        scrubber
    }

    fn replace(&mut self, text: &str, with: String) {
        for form in forms(text) {
            if !form.is_empty() && self.replaced.iter().all(|(known, _)| known.0 != form) {
                self.replaced.push((Replaced(form), with.clone()));
            }
        }
        // a longer text that contains a shorter one goes first
        self.replaced.sort_by_key(|(text, _)| std::cmp::Reverse(text.0.len()));
    }

    /// Looks for tokens in an answer: from now on they are replaced wherever they occur.
    pub(super) fn learn(&mut self, body: &[u8]) {
        let Ok(text) = std::str::from_utf8(body) else { return };
        let mut found = BTreeSet::new();
        match serde_json::from_str::<Json>(text) {
            Ok(json) => in_json(&json, &mut found),
            Err(_) => in_xml(text, &mut found),
        }
        for token in found {
            if self.replaced.iter().all(|(known, _)| known.0 != token) {
                self.tokens += 1;
                self.replace(&token, format!("recorded-token-{}", self.tokens));
            }
        }
    }

    pub(super) fn scrubbed(&self, text: &str) -> String {
        self.replaced.iter().fold(text.to_owned(), |text, (secret, with)| text.replace(&secret.0, with))
    }

    pub(super) fn scrubbed_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.scrubbed(text).into_bytes(),
            Err(_) => bytes.to_vec(),
        }
    }
}

/// What stands for a secret: the adapter's own placeholder, so that a replay fills in the same again.
pub(crate) fn placeholder(name: &str) -> String {
    format!("{{{{secret:{name}}}}}")
}

/// A text as it may stand in a body: as it is, in XML, in JSON, in a form.
fn forms(text: &str) -> [String; 4] {
    let xml = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let json = Json::String(text.to_owned()).to_string();
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    [text.to_owned(), xml, json.trim_matches('"').to_owned(), form]
}

fn is_token(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    TOKENS.contains(&name.as_str())
}

fn in_json(json: &Json, found: &mut BTreeSet<String>) {
    match json {
        Json::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(text) if is_token(name) && text.len() >= SHORTEST => {
                        found.insert(text.to_owned());
                    }
                    _ => in_json(value, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| in_json(item, found)),
        _ => {}
    }
}

/// `<p:Token …>value</` without a parser: what is found too much is replaced too much.
fn in_xml(text: &str, found: &mut BTreeSet<String>) {
    for piece in text.split('<') {
        let Some((tag, value)) = piece.split_once('>') else { continue };
        let name = tag.split_whitespace().next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        if is_token(local) && value.trim().len() >= SHORTEST {
            found.insert(value.trim().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_secrets_nor_tokens_are_recorded_in_any_form() {
        let secret = SecretString::from("p<&>\"word");
        let mut scrubber = Scrubber::new([("ws_password", &secret)]);
        scrubber.learn(br#"{"session":{"accessToken":"abcdef123"},"name":"Petar"}"#);
        scrubber.learn(b"<s:Token>zyxwvu</s:Token>");
        let text = "p<&>\"word p&lt;&amp;&gt;&quot;word p%3C%26%3E%22word abcdef123 zyxwvu Petar";
        assert_eq!(
            scrubber.scrubbed(text),
            "{{secret:ws_password}} {{secret:ws_password}} {{secret:ws_password}} recorded-token-1 recorded-token-2 Petar"
        );
        assert!(!format!("{scrubber:?}").contains("p<&>"));
    }
}

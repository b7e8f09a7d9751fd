//! `{{secret:NAME}}` in a request: the hub writes the secret there, escaped for where it stands.
//!
//! In bodies by their `content-type` (XML, JSON, form), in header values as it is. A name that is not granted, and a
//! body in another notation, refuse the request. In the URL nothing is filled in: URLs end up in logs.

use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_TYPE};
use secrecy::ExposeSecret;

use super::escape::Notation;
use crate::{Refusal, Secrets, manifest::is_name, secret::header_value};

const OPEN: &str = "{{secret:";
const CLOSE: &str = "}}";

/// Fills in the headers.
pub(super) fn fill_headers(headers: &mut HeaderMap, secrets: &Secrets) -> Result<(), Refusal> {
    for value in headers.values_mut() {
        let Ok(text) = value.to_str() else { continue };
        if let Some(filled) = fill(text, secrets, |secret| Some(secret.into()), "header")? {
            *value = header_value(&filled).ok_or_else(|| Refusal::Placeholder("header".to_owned()))?;
        }
    }
    Ok(())
}

/// Fills in the body; its length may change.
pub(super) fn fill_body(body: Bytes, headers: &HeaderMap, secrets: &Secrets) -> Result<Bytes, Refusal> {
    if !has_placeholder(&body) {
        return Ok(body);
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("untyped");
    let place = || format!("{} body", content_type.chars().take(60).collect::<String>());
    let notation = Notation::of(content_type).ok_or_else(|| Refusal::Placeholder(place()))?;
    let text = std::str::from_utf8(&body).map_err(|_| Refusal::Placeholder(place()))?;
    let filled = fill(text, secrets, |secret| notation.escape(secret), &place())?;
    Ok(filled.map_or_else(|| body.clone(), Bytes::from))
}

fn has_placeholder(body: &[u8]) -> bool {
    body.len() >= OPEN.len() && memchr::memmem::find(body, OPEN.as_bytes()).is_some()
}

/// The text with its placeholders filled in; none if it has none.
fn fill<'s>(
    text: &str,
    secrets: &'s Secrets,
    escape: impl Fn(&'s str) -> Option<std::borrow::Cow<'s, str>>,
    place: &str,
) -> Result<Option<String>, Refusal> {
    let Some(first) = text.find(OPEN) else { return Ok(None) };
    let mut filled = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(start) = rest.find(OPEN) {
        filled.push_str(&rest[..start]);
        let after = &rest[start + OPEN.len()..];
        let end = after.find(CLOSE).ok_or_else(|| Refusal::Placeholder(place.to_owned()))?;
        let name = &after[..end];
        let secret = secrets.get(name).ok_or_else(|| {
            Refusal::Secret(if is_name(name) { name.to_owned() } else { "of a malformed name".to_owned() })
        })?;
        let written = escape(secret.expose_secret()).ok_or_else(|| Refusal::Placeholder(place.to_owned()))?;
        filled.push_str(&written);
        rest = &after[end + CLOSE.len()..];
    }
    filled.push_str(rest);
    Ok(Some(filled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::secret;

    fn secrets() -> Secrets {
        Secrets::from_iter([("ws_password".to_owned(), secret("p<&>\"w")), ("token".to_owned(), secret("t"))])
    }

    fn filled(content_type: &str, body: &str) -> Result<String, Refusal> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
        let body = fill_body(Bytes::copy_from_slice(body.as_bytes()), &headers, &secrets())?;
        Ok(String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn placeholders_are_filled_in_and_escaped_by_the_bodys_type() {
        assert_eq!(
            filled("text/xml", "<P>{{secret:ws_password}}</P><T a='{{secret:token}}'/>").unwrap(),
            "<P>p&lt;&amp;&gt;&quot;w</P><T a='t'/>"
        );
        assert_eq!(filled("application/json", r#"{"p":"{{secret:ws_password}}"}"#).unwrap(), r#"{"p":"p<&>\"w"}"#);
        assert_eq!(
            filled("application/x-www-form-urlencoded", "p={{secret:ws_password}}&x=1").unwrap(),
            "p=p%3C%26%3E%22w&x=1"
        );
        assert_eq!(filled("text/plain", "nothing {{ here }}").unwrap(), "nothing {{ here }}");
    }

    #[test]
    fn a_placeholder_that_cannot_be_filled_in_refuses_the_request() {
        assert_eq!(filled("text/xml", "{{secret:other}}"), Err(Refusal::Secret("other".into())));
        assert_eq!(filled("text/xml", "{{secret:a<b}}"), Err(Refusal::Secret("of a malformed name".into())));
        assert!(
            matches!(filled("text/plain", "{{secret:token}}"), Err(Refusal::Placeholder(place)) if place == "text/plain body")
        );
        assert!(matches!(filled("text/xml", "{{secret:token"), Err(Refusal::Placeholder(_))));
    }

    #[test]
    fn a_header_is_filled_in_and_marked_as_secret() {
        let mut headers = HeaderMap::new();
        headers.insert("x-key", "k {{secret:token}}".parse().unwrap());
        fill_headers(&mut headers, &secrets()).unwrap();
        assert_eq!(headers["x-key"], "k t");
        assert!(headers["x-key"].is_sensitive());
    }
}

//! How a secret is written where it stands, so that it is one value there and nothing else.

use std::borrow::Cow;

/// A body's notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// XML: the text of an element or the value of an attribute, in either quotes.
    Xml,
    /// JSON: inside of a string.
    Json,
    /// `application/x-www-form-urlencoded`: a name or a value.
    Form,
}

impl Notation {
    /// The notation of a media type; none where the hub knows no way to escape.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next()?.trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Some(Self::Form),
            "application/json" => Some(Self::Json),
            "application/xml" | "text/xml" => Some(Self::Xml),
            other if other.ends_with("+json") => Some(Self::Json),
            other if other.ends_with("+xml") => Some(Self::Xml),
            _ => None,
        }
    }

    /// The secret as it is written in this notation; none if it cannot be.
    pub(super) fn escape(self, secret: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Xml => xml(secret),
            Self::Json => {
                let quoted = serde_json::to_string(secret).ok()?;
                Some(quoted[1..quoted.len() - 1].to_owned().into())
            }
            Self::Form => Some(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>().into()),
        }
    }
}

/// XML 1.0 has no way at all to write most control characters.
fn xml(secret: &str) -> Option<Cow<'_, str>> {
    if secret
        .chars()
        .any(|c| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}'))
    {
        return None;
    }
    if !secret.contains(['&', '<', '>', '"', '\'', '\t', '\n', '\r']) {
        return Some(Cow::Borrowed(secret));
    }
    let mut escaped = String::with_capacity(secret.len() + 16);
    for c in secret.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // kept as they are, they would be folded in an attribute
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            other => escaped.push(other),
        }
    }
    Some(Cow::Owned(escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_value_where_it_stands() {
        let escape = |content_type, secret| Notation::of(content_type).unwrap().escape(secret).unwrap().into_owned();
        assert_eq!(escape("text/xml; charset=utf-8", r#"<a & "b's">"#), "&lt;a &amp; &quot;b&apos;s&quot;&gt;");
        assert_eq!(escape("application/soap+xml", "лозинка"), "лозинка");
        assert_eq!(escape("application/json", "a\"b\\\n"), r#"a\"b\\\n"#);
        assert_eq!(escape("application/x-www-form-urlencoded", "a&b=c d+"), "a%26b%3Dc+d%2B");
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        assert_eq!(Notation::of("text/plain"), None);
        assert_eq!(Notation::of("multipart/form-data"), None);
        assert_eq!(Notation::Xml.escape("a\u{1}b"), None);
    }
}

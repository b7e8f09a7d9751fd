//! What a browser asks, beside the path: the language and the part of a bill.

use http::{HeaderMap, header::ACCEPT_LANGUAGE};
use komunala_domain::Language;
use url::form_urlencoded;
use uuid::Uuid;

/// The most fields of a query or a form that are looked at.
const FIELDS: usize = 32;

/// The fields of a query or a form.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn of(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The first field of a name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut fields = form_urlencoded::parse(self.0).take(FIELDS);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The language that the reader chose.
    pub(crate) fn language(&self) -> Option<Language> {
        self.get("lang")?.parse().ok()
    }

    /// The part of a bill, from 1; none for the whole.
    pub(crate) fn part(&self) -> Option<usize> {
        self.get("part")?.parse().ok().filter(|part| (1..=60).contains(part))
    }

    /// Whether a part, or the whole, is asked for by name.
    pub(crate) fn names_whole(&self) -> bool {
        self.get("part").is_some_and(|part| part == "0")
    }

    /// The name of a write.
    pub(crate) fn request_id(&self) -> Option<Uuid> {
        self.get("request_id")?.parse().ok()
    }
}

/// The language that the browser prefers most among those of the hub (RFC 9110, 12.5.4).
pub(crate) fn preferred(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let ranges = header.split(',').take(16).filter_map(|range| {
        let (tag, weight) = match range.split_once(';') {
            None => (range, 1000),
            Some((tag, weight)) => (tag, thousandths(weight.trim().strip_prefix("q=")?)?),
        };
        tag.trim().parse().ok().filter(|_| weight > 0).map(|language: Language| (language, weight))
    });
    // of equal weights the first one wins
    ranges.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(language, _)| language)
}

/// `0.8` as 800.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: u16 = format!("{part:0<3}").parse().ok().filter(|_| part.len() <= 3)?;
    match whole {
        "1" => Some(1000),
        "0" => Some(digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_spoken_to_in_the_language_it_prefers() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
            preferred(&headers)
        };
        assert_eq!(of("uk-UA,uk;q=0.9,en;q=0.8"), Some(Language::Ukrainian));
        assert_eq!(of("de, en;q=0.5, sr-Latn;q=0.75"), Some(Language::SerbianLatin));
        for none in ["de", "en;q=0", "en;q=x", "en;q=0.12345", ";;,"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn odd_fields_are_as_good_as_none() {
        let fields = Fields::of(b"lang=sl&part=2&lang=uk");
        assert_eq!((fields.language(), fields.part()), (Some(Language::Slovenian), Some(2)));
        for odd in ["", "lang=xx&part=-1", "part=0", "part=61", "part=1e3", "%%%"] {
            let fields = Fields::of(odd.as_bytes());
            assert_eq!((fields.language(), fields.part()), (None, None), "{odd}");
        }
    }
}

//! What people read when a call fails, in their language. The texts are data: one file per language in `texts/`.

use std::{collections::HashMap, sync::LazyLock};

use http::{HeaderMap, header::ACCEPT_LANGUAGE};
use komunala_domain::Language;
use serde::Deserialize;

use super::Reason;

/// The texts of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    reasons: HashMap<String, String>,
    findings: HashMap<String, String>,
}

static CATALOGUES: LazyLock<[Catalogue; 5]> = LazyLock::new(|| {
    [
        include_str!("../../texts/sr-Latn.toml"),
        include_str!("../../texts/sr-Cyrl.toml"),
        include_str!("../../texts/uk.toml"),
        include_str!("../../texts/sl.toml"),
        include_str!("../../texts/en.toml"),
    ]
    .map(|text| toml::from_str(text).expect("a test reads every catalogue"))
});

impl Catalogue {
    /// The texts of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        let index = match language {
            Language::SerbianLatin => 0,
            Language::SerbianCyrillic => 1,
            Language::Ukrainian => 2,
            Language::Slovenian => 3,
            Language::English => 4,
        };
        &CATALOGUES[index]
    }

    /// What to say for a reason.
    pub(crate) fn reason(&self, reason: Reason) -> &str {
        self.reasons.get(reason.as_str()).map_or("", String::as_str)
    }

    /// What to say of a reading, by the finding's code.
    pub(crate) fn finding(&self, code: &str) -> &str {
        self.findings.get(code).map_or("", String::as_str)
    }
}

/// The first language of `accept-language` that the hub speaks, by weight (RFC 9110, 12.5.4).
pub(crate) fn language_of(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    header
        .split(',')
        // nobody speaks more, and the header is somebody else's
        .take(16)
        .filter_map(|range| {
            let (tag, weight) = match range.split_once(';') {
                None => (range, 1000),
                Some((tag, parameter)) => (tag, thousandths(parameter.trim().strip_prefix("q=")?)?),
            };
            tag.trim().parse().ok().filter(|_| weight > 0).map(|language: Language| (language, weight))
        })
        // of equal weights the first one wins
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(language, _)| language)
}

/// `0.8` as 800.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    match (whole, part.len()) {
        ("1", 0..=3) => Some(1000),
        ("0", 0) => Some(0),
        ("0", 1..=3) => part.parse::<u16>().ok().map(|digits| digits * [0, 100, 10, 1][part.len()]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use komunala_domain::reading::FindingCode;

    #[test]
    fn every_language_has_a_text_for_every_reason_and_finding() {
        for language in Language::ALL {
            let catalogue = Catalogue::of(language);
            for reason in Reason::ALL {
                assert!(!catalogue.reason(*reason).is_empty(), "{language:?} {reason:?}");
            }
            assert_eq!(catalogue.reasons.len(), Reason::ALL.len(), "{language:?}");
            for code in FindingCode::ALL {
                assert!(!catalogue.finding(code.name()).is_empty(), "{language:?} {code:?}");
            }
            assert_eq!(catalogue.findings.len(), FindingCode::ALL.len(), "{language:?}");
        }
    }

    #[test]
    fn the_language_with_the_highest_weight_is_spoken() {
        let asked = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
            language_of(&headers)
        };
        assert_eq!(asked("sr-Latn-RS, en;q=0.5"), Some(Language::SerbianLatin));
        assert_eq!(asked("en;q=0.5,uk;q=0.75"), Some(Language::Ukrainian));
        assert_eq!(asked("de, sl;q=0.3, en;q=0.3"), Some(Language::Slovenian));
        assert_eq!(asked("de, fr"), None);
        assert_eq!(asked("en;q=0"), None);
        assert_eq!(asked("en;q=nan, ;;;"), None);
    }
}

//! Digits as a language writes them.

use komunala_domain::Language;

/// Digits with a point (`-4312.07`), in groups of three and with the decimal sign of a language. `narrow` stands between
/// the groups where the language has blanks there.
pub(crate) fn grouped(language: Language, plain: &str, narrow: char) -> String {
    let (group, point) = match language {
        Language::SerbianLatin | Language::SerbianCyrillic | Language::Slovenian => ('.', ','),
        Language::Ukrainian => (narrow, ','),
        Language::English => (',', '.'),
    };
    let digits = plain.trim_start_matches('-');
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut written = String::with_capacity(plain.len() * 2);
    if plain.starts_with('-') {
        written.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if let Some(part) = part {
        written.push(point);
        written.push_str(part);
    }
    written
}

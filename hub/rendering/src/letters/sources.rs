//! The files that the hub is built with.

use komunala_domain::Language;

use super::transliteration::to_latin;

/// A language's files: the name of each and its text.
type Files = [(&'static str, &'static str); 22];

macro_rules! file {
    ($folder:literal, $name:literal) => {
        ($name, include_str!(concat!("../../templates/", $folder, "/", $name, ".jinja")))
    };
}

macro_rules! files {
    ($folder:literal) => {
        [
            file!($folder, "account_linked"),
            file!($folder, "address_wanted"),
            file!($folder, "automatic"),
            file!($folder, "back_to_paper"),
            file!($folder, "bill"),
            file!($folder, "confirm_email"),
            file!($folder, "confirm_new_email"),
            file!($folder, "confirm_subscription"),
            file!($folder, "cut_over"),
            file!($folder, "email_change_asked"),
            file!($folder, "email_changed"),
            file!($folder, "email_taken"),
            file!($folder, "link_suspended"),
            file!($folder, "linked_by_another"),
            file!($folder, "outage"),
            file!($folder, "password_changed"),
            file!($folder, "profile_erased"),
            file!($folder, "reading_refused"),
            file!($folder, "reading_taken"),
            file!($folder, "request_answered"),
            file!($folder, "reset_password"),
            file!($folder, "session_revoked"),
        ]
    };
}

const SHAPES: [(&str, &str); 15] = [
    ("layout.html", include_str!("../../templates/layout.html")),
    ("bill.html", include_str!("../../templates/bill.html")),
    ("bill.txt", include_str!("../../templates/bill.txt")),
    ("bill_figures.html", include_str!("../../templates/bill_figures.html")),
    ("bill_figures.txt", include_str!("../../templates/bill_figures.txt")),
    ("code.html", include_str!("../../templates/code.html")),
    ("code.txt", include_str!("../../templates/code.txt")),
    ("notice.html", include_str!("../../templates/notice.html")),
    ("notice.txt", include_str!("../../templates/notice.txt")),
    ("own.html", include_str!("../../templates/own.html")),
    ("own.txt", include_str!("../../templates/own.txt")),
    ("outage.html", include_str!("../../templates/outage.html")),
    ("outage.txt", include_str!("../../templates/outage.txt")),
    ("reading.html", include_str!("../../templates/reading.html")),
    ("reading.txt", include_str!("../../templates/reading.txt")),
];

const SERBIAN: Files = files!("sr");
const UKRAINIAN: Files = files!("uk");
const SLOVENIAN: Files = files!("sl");
const ENGLISH: Files = files!("en");

/// The files of a language. Serbian is written in Cyrillic, and its Latin made of that before any value is filled in:
/// a customer's name, a code or a link stays as it is.
fn files(language: Language) -> Vec<(&'static str, String)> {
    let (files, script): (Files, fn(&str) -> String) = match language {
        Language::SerbianLatin => (SERBIAN, to_latin),
        Language::SerbianCyrillic => (SERBIAN, str::to_owned),
        Language::Ukrainian => (UKRAINIAN, str::to_owned),
        Language::Slovenian => (SLOVENIAN, str::to_owned),
        Language::English => (ENGLISH, str::to_owned),
    };
    files.map(|(name, text)| (name, script(text))).to_vec()
}

/// Every template by its name: `code.html` is a shape, `uk/confirm_email.html` the words for it. The same words
/// stand under two names, because what a name ends in decides how values are escaped.
pub(super) fn all() -> impl Iterator<Item = (String, String)> {
    let shapes = SHAPES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let words = Language::ALL.into_iter().flat_map(|language| {
        files(language).into_iter().flat_map(move |(name, text)| {
            ["html", "txt"].map(|form| (format!("{}/{name}.{form}", language.tag()), text.clone()))
        })
    });
    shapes.chain(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_serve_text_and_html_alike() {
        for (name, text) in all().filter(|(name, _)| name.contains('/')) {
            // what is no value is not escaped, so it must mean the same in both
            assert!(!text.contains(['<', '&']), "{name} holds markup");
        }
    }
}

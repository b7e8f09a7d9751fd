//! The letters that there are, for whoever writes their texts.

use komunala_app::ports::letters::{InlineImage, LetterContent};
use komunala_domain::{Confirmation, Language, LetterText, outage::OutageNews};

use super::{
    own::{self, TextProblem},
    samples,
    transliteration::to_latin,
    words,
};

/// A letter of the hub, by its name and the shape that its words go into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownLetter {
    pub(super) name: &'static str,
    pub(super) shape: &'static str,
}

/// The letter that says this, by the name that settings have for it. What is said of an outage is several letters there,
/// since each says something else.
pub(super) fn of(content: &LetterContent<'_>) -> KnownLetter {
    let letter = words(content);
    let name = match content {
        LetterContent::Outage(outage) => match outage.news {
            OutageNews::Announced => "outage_announced",
            OutageNews::Changed => "outage_changed",
            OutageNews::Cancelled => "outage_cancelled",
            OutageNews::Spared => "outage_spared",
            OutageNews::Reminder => "outage_reminder",
        },
        _ => letter.name,
    };
    KnownLetter { name, ..letter }
}

impl KnownLetter {
    /// Every letter.
    pub fn all() -> Vec<Self> {
        samples::all("").iter().map(of).collect()
    }

    /// The letter of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|letter| letter.name == name)
    }

    /// Its name, in settings and on the command line.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The values that a text of it may name.
    pub fn placeholders(self) -> &'static [&'static str] {
        own::known(self)
    }

    /// An example of it, from a provider of this name.
    pub fn sample(self, provider_name: &str) -> LetterContent<'_> {
        let mut samples = samples::all(provider_name).into_iter();
        samples.find(|content| of(content) == self).expect("letters are known by their examples")
    }

    /// The picture that the HTML of its example shows, if any.
    pub fn picture(self) -> Option<InlineImage> {
        samples::picture(&self.sample(""))
    }

    /// What is wrong with a text of it, for a provider whose mails offer this to be given back.
    pub fn problems(self, language: Language, text: &LetterText, confirmation: Confirmation) -> Vec<TextProblem> {
        own::check(self, language, text, confirmation)
    }
}

/// A Serbian text, written in Cyrillic, in Latin script. Placeholders stay as they are.
pub fn in_latin(text: &LetterText) -> LetterText {
    LetterText {
        subject: to_latin(&text.subject),
        greeting: text.greeting.as_deref().map(to_latin),
        body: to_latin(&text.body),
    }
}

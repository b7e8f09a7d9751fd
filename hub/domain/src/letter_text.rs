//! Letters and texts for phones in a provider's own words.

use std::collections::HashMap;

use crate::Language;

/// What a letter says, as a provider wrote it: plain texts with placeholders such as `{{ provider_name }}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// The subject line.
    pub subject: String,
    /// How the reader is addressed; none where the letter begins without.
    pub greeting: Option<String>,
    /// The paragraphs, with empty lines between them.
    pub body: String,
}

/// What a provider wrote itself, by name and language. What is not among it the hub says in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording<T>(HashMap<String, HashMap<Language, T>>);

/// The letters that a provider wrote itself.
pub type LetterTexts = Wording<LetterText>;

/// The texts for phones that a provider wrote itself: one line each.
pub type PhoneTexts = Wording<String>;

impl<T> Default for Wording<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Wording<T> {
    /// The text of this name in a language.
    pub fn get(&self, name: &str, language: Language) -> Option<&T> {
        self.0.get(name)?.get(&language)
    }

    /// Puts a text in its place; answers whether the place was free.
    pub fn add(&mut self, name: &str, language: Language, text: T) -> bool {
        self.0.entry(name.to_owned()).or_default().insert(language, text).is_none()
    }

    /// Where a text is written in Serbian Cyrillic alone, its Latin is made of that by `in_latin`.
    pub fn add_latin(&mut self, name: &str, in_latin: impl Fn(&T) -> T) {
        let (latin, cyrillic) = (Language::SerbianLatin, Language::SerbianCyrillic);
        if let (None, Some(text)) = (self.get(name, latin), self.get(name, cyrillic).map(in_latin)) {
            self.add(name, latin, text);
        }
    }
}

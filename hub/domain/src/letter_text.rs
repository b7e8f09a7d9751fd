//! Letters in a provider's own words.

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

/// The letters that a provider wrote itself. What is not among them the hub says in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterTexts(HashMap<String, HashMap<Language, LetterText>>);

impl LetterTexts {
    /// The text of a letter in a language.
    pub fn get(&self, letter: &str, language: Language) -> Option<&LetterText> {
        self.0.get(letter)?.get(&language)
    }

    /// Puts a text in its place; answers whether the place was free.
    pub fn add(&mut self, letter: &str, language: Language, text: LetterText) -> bool {
        self.0.entry(letter.to_owned()).or_default().insert(language, text).is_none()
    }
}

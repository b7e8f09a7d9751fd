//! Letters: what a message says, in its reader's language.

use komunala_domain::Language;

/// A letter's content, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line; one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterContent<'a> {
    /// Here is your code.
    ConfirmEmail {
        /// The addressee's given name.
        given_name: &'a str,
        /// The provider as its customers know it.
        provider_name: &'a str,
        /// The eight digits.
        code: &'a str,
        /// The token for portals that confirm by a link.
        link: Option<&'a str>,
        /// For how many minutes the code is valid.
        minutes: u32,
    },
    /// Somebody registered with your address; you have an account already.
    EmailTaken {
        /// The provider as its customers know it.
        provider_name: &'a str,
    },
    /// Somebody else linked a customer account that you have linked.
    LinkedByAnother {
        /// The provider as its customers know it.
        provider_name: &'a str,
    },
}

/// Why a letter could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the letter {letter} could not be written in {language}: {detail}", language = .language.tag())]
pub struct LetterError {
    /// Which letter.
    pub letter: &'static str,
    /// In which language.
    pub language: Language,
    /// What is wrong with its template.
    pub detail: String,
}

/// Writes letters.
pub trait Letters: Send + Sync {
    /// Writes a letter in a language.
    fn write(&self, language: Language, content: &LetterContent<'_>) -> Result<Letter, LetterError>;
}

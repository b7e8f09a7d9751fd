//! Letters: what a message says, in its reader's language.

use async_trait::async_trait;
use komunala_domain::Language;

use super::{StoreError, outbox::Claimed};

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
        /// The address (`https` or `http`) to follow, for portals that confirm by a link.
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
    /// A customer account that you have linked must be proved again.
    LinkSuspended {
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

/// A letter and whom it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// What it says.
    pub letter: Letter,
    /// The name in its From line: the provider as its customers know it. The address is the operator's setting.
    pub sender_name: String,
}

/// Why a claimed message did not become a letter.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// There is nothing left to say (a confirmation was closed meanwhile): it is given up quietly.
    #[error("there is nothing left to say")]
    Pointless,
    /// What it is written from could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its template is wrong.
    #[error(transparent)]
    Letter(#[from] LetterError),
}

/// Turns a claimed message into a letter. Codes and links come into being here, and only here.
#[async_trait]
pub trait Compose: Send + Sync {
    /// Composes the letter of a claimed message.
    async fn compose(&self, claimed: &Claimed) -> Result<Composed, ComposeError>;
}

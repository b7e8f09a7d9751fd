//! Letters: what a message says, in its reader's language.

use async_trait::async_trait;
use jiff::civil::Date;
use komunala_domain::{Language, reading::RegisterState};

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
    /// Here is the code that confirms your address.
    ConfirmEmail(CodeLetter<'a>),
    /// Here is the code for a new password.
    ResetPassword(CodeLetter<'a>),
    /// Here is the code that confirms another address of yours.
    ConfirmNewEmail(CodeLetter<'a>),
    /// The provider has a reading of yours.
    ReadingTaken(ReadingLetter<'a>),
    /// The provider refused a reading of yours.
    ReadingRefused(ReadingLetter<'a>),
    /// Something happened that you should know of.
    Notice {
        /// What.
        news: News,
        /// The provider as its customers know it.
        provider_name: &'a str,
    },
}

/// A letter with a code, a link, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeLetter<'a> {
    /// The addressee's given name.
    pub given_name: &'a str,
    /// The provider as its customers know it.
    pub provider_name: &'a str,
    /// The eight digits, unless the link alone is offered.
    pub code: Option<&'a str>,
    /// The address (`https` or `http`) to follow, where a link is offered.
    pub link: Option<&'a str>,
    /// For how many minutes code and link are valid.
    pub minutes: u32,
}

/// A letter about a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingLetter<'a> {
    /// The provider as its customers know it.
    pub provider_name: &'a str,
    /// The meter's serial number.
    pub serial_number: &'a str,
    /// The day on which it was read.
    pub day: Date,
    /// What its registers showed.
    pub registers: &'a [RegisterState],
}

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Somebody registered with your address; you have an account already.
    EmailTaken,
    /// Somebody else linked a customer account that you have linked.
    LinkedByAnother,
    /// A customer account that you have linked must be proved again.
    LinkSuspended,
    /// Everybody registers anew from today on.
    CutOver,
    /// A device of yours was signed out from another one.
    SessionRevoked,
    /// Your password is another one now.
    PasswordChanged,
    /// Another address is to become yours; goes to the present one.
    EmailChangeAsked,
    /// Another address is yours now; goes to the earlier one.
    EmailChanged,
    /// Somebody wanted your address for another account.
    AddressWanted,
    /// You have another customer account linked.
    AccountLinked,
    /// Staff answered what you asked.
    RequestAnswered,
    /// Your profile was erased.
    ProfileErased,
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

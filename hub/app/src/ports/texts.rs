//! Short texts: what an SMS says, in its reader's language.

use async_trait::async_trait;
use komunala_domain::{Language, PointNumber};

use super::{
    letters::{CodeLetter, ComposeError, LetterError, OutageLetter, ReadingLetter},
    outbox::Claimed,
};

/// What a short text says. It is read on a small screen and paid for by its length: what its reader must know, and
/// nothing that whoever else sees the phone should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextContent<'a> {
    /// The supply is interrupted, or is not after all.
    Outage(OutageLetter<'a>),
    /// Here is the code that signs your phone up; for which supply points.
    ConfirmSubscription(CodeLetter<'a>, &'a [PointNumber]),
    /// The provider has a reading of yours.
    ReadingTaken(ReadingLetter<'a>),
    /// The provider refused a reading of yours.
    ReadingRefused(ReadingLetter<'a>),
}

/// Writes short texts.
pub trait Texts: Send + Sync {
    /// Writes a text in a language: one line, in whatever letters the language has.
    fn say(&self, language: Language, content: &TextContent<'_>) -> Result<String, LetterError>;
}

/// Turns a claimed message into a short text. Codes come into being here, and only here.
#[async_trait]
pub trait ComposeText: Send + Sync {
    /// Composes the text of a claimed message.
    async fn compose_text(&self, claimed: &Claimed) -> Result<String, ComposeError>;
}

//! Short texts: what an SMS says, in its reader's language.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use komunala_domain::{Language, PhoneNumber, PhoneTexts, PointNumber, ProviderId};

use super::{
    StoreError, TextGateway,
    inbox::TextReply,
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
    /// An answer to a text from a phone.
    Reply {
        /// What it says.
        reply: TextReply,
        /// The provider as its customers know it.
        provider_name: &'a str,
        /// How to write, by an example.
        example: &'a str,
        /// The word that confirms what is unusual.
        confirm: &'a str,
    },
}

/// Writes short texts.
pub trait Texts: Send + Sync {
    /// Writes a text in a language: one line, in whatever letters the language has; in the words of its provider, where
    /// `own` has any for it, else in the hub's.
    fn say(&self, own: &PhoneTexts, language: Language, content: &TextContent<'_>) -> Result<String, LetterError>;
}

/// Turns a claimed message into a short text. Codes come into being here, and only here.
#[async_trait]
pub trait ComposeText: Send + Sync {
    /// Composes the text of a claimed message.
    async fn compose_text(&self, claimed: &Claimed) -> Result<String, ComposeError>;
}

/// The way to a provider's gateway.
#[derive(Clone)]
pub struct TextRoute {
    /// The gateway.
    pub gateway: Arc<dyn TextGateway>,
    /// Where it sends receipts; nowhere, where the hub serves no pages.
    pub receipts_at: Option<String>,
}

/// Why a text does not go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Postponed {
    /// Its turn comes after this time.
    Until(SignedDuration),
    /// It is not allowed out.
    Never(&'static str),
}

/// Which gateway a provider has, and what may be sent there.
#[async_trait]
pub trait Texting: Send + Sync {
    /// The way to a provider's gateway, where it has one.
    fn route(&self, provider: &ProviderId) -> Option<TextRoute>;

    /// Counts a text against what its number, its country and its gateway may get.
    async fn permit(&self, claimed: &Claimed, to: &PhoneNumber) -> Result<Result<(), Postponed>, StoreError>;

    /// Takes back what was counted, since nothing went out.
    async fn not_sent(&self, claimed: &Claimed, to: &PhoneNumber) -> Result<(), StoreError>;
}

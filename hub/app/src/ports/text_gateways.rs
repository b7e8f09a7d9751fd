//! Gateways for short messages, as their protocols show them.

use async_trait::async_trait;
use komunala_domain::{Language, PhoneNumber, ids::MessageId};

/// A text on its way to a phone.
#[derive(Debug, Clone, Copy)]
pub struct OutgoingText<'a> {
    /// The message.
    pub message: MessageId,
    /// The phone.
    pub to: &'a PhoneNumber,
    /// What it says.
    pub text: &'a str,
    /// In which language.
    pub language: Language,
    /// Where the gateway reports what became of it; nowhere, where the hub serves no pages.
    pub receipts_at: Option<&'a str>,
}

/// A gateway took a text. That says nothing of any phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What the gateway calls it, where it says so.
    pub reference: Option<String>,
    /// How many segments it was.
    pub segments: usize,
}

/// Why a gateway did not take a text. Holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// Not now: nothing was taken.
    #[error("the gateway takes nothing now: {0}")]
    Later(String),
    /// Never: it refused this one.
    #[error("the gateway refused: {0}")]
    Refused(String),
    /// Nobody knows: the request left, and no answer came that could be read.
    #[error("the gateway may have it: {0}")]
    Unknown(String),
}

/// How far a text has come, by its gateway. Receipts come late, twice and in any order: a later state is never taken
/// back by an earlier one, and what a handset confirmed is not taken back at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptState {
    /// The network has it, or keeps it until the phone is there.
    Buffered,
    /// It was given up on the way.
    Failed,
    /// The handset has it.
    Delivered,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which text it is about.
    pub about: About,
    /// How far that has come.
    pub state: ReceiptState,
}

/// What a receipt calls a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// By the hub's own id.
    Message(MessageId),
    /// By what the gateway called it when it took it.
    Reference(String),
}

/// A text from a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingText {
    /// What the gateway calls it: the same one is the same text.
    pub id: String,
    /// Whose phone it came from, as the network says.
    pub from: PhoneNumber,
    /// What it says; at most [`LONGEST_TEXT`] characters.
    pub text: String,
}

/// The longest incoming text that is read, in characters.
pub const LONGEST_TEXT: usize = 1_000;

/// What a gateway sent.
#[derive(Debug, Clone, Copy)]
pub struct Callback<'a> {
    /// What stands behind the `?`.
    pub query: &'a str,
    /// The header `authorization`.
    pub authorization: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// Why a call-back of a gateway is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It does not have the gateway's secret.
    #[error("the secret is not the gateway's")]
    Forged,
    /// It is none.
    #[error("not a call-back of this gateway")]
    Malformed,
}

/// A gateway, with the account of one provider there.
#[async_trait]
pub trait TextGateway: Send + Sync {
    /// Hands over a text. It goes out once at most for each time that this is called.
    async fn submit(&self, text: &OutgoingText<'_>) -> Result<Taken, SubmitError>;

    /// Reads a receipt; `None` for one that says nothing new of any text, such as that the gateway itself has it.
    fn receipt(&self, callback: &Callback<'_>) -> Result<Option<Receipt>, CallbackError>;

    /// Reads a text from a phone.
    fn incoming(&self, callback: &Callback<'_>) -> Result<IncomingText, CallbackError>;
}

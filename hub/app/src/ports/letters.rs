//! Letters: what a message says, in its reader's language.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use komunala_domain::{
    Language, LetterTexts, Money, Period, PointNumber, Sha256,
    invoice::{Installment, Payable, PaymentInstruction},
    outage::OutageNews,
    reading::RegisterState,
};

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
    /// Here is your bill.
    Bill(BillLetter<'a>),
    /// Here is the code that signs your address up; for which supply points.
    ConfirmSubscription(CodeLetter<'a>, &'a [PointNumber]),
    /// The supply is interrupted, or is not after all.
    Outage(OutageLetter<'a>),
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

/// A letter with a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillLetter<'a> {
    /// The provider as its customers know it.
    pub provider_name: &'a str,
    /// The legal entity, where there are several.
    pub issuer_name: Option<&'a str>,
    /// The bill's printed number.
    pub number: &'a str,
    /// The month that it bills.
    pub period: Option<Period>,
    /// What it comes to.
    pub total: Money,
    /// What is to be paid of it today; none where it asks for no payment.
    pub payable: Option<Payable>,
    /// What it can be paid in, where that is more than one part.
    pub parts: &'a [Installment],
    /// The page where it is paid.
    pub pay_link: Option<&'a str>,
    /// The code that pays it.
    pub code: Option<BillCode<'a>>,
    /// What a payment order must say, where it asks for one.
    pub instruction: Option<&'a PaymentInstruction>,
    /// Whether the hub wrote the enclosed document, because the billing system has none.
    pub is_informative: bool,
    /// The page where its reader can have no more of them.
    pub unsubscribe: Option<&'a str>,
}

/// A payment code within a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillCode<'a> {
    /// What the picture of it is called.
    pub content_id: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// A letter about an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutageLetter<'a> {
    /// The provider as its customers know it.
    pub provider_name: &'a str,
    /// What is said of it.
    pub news: OutageNews,
    /// When it begins, in the provider's zone.
    pub start: DateTime,
    /// When it ends there; `None` where nobody can say.
    pub end: Option<DateTime>,
    /// Why, in the provider's words.
    pub reason: Option<&'a str>,
    /// The reader's supply points that it is about.
    pub points: &'a [PointNumber],
    /// Where no more of these letters can be had, if there is such a page.
    pub stop_link: Option<&'a str>,
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
    /// You wanted no more bills by mail: they come by post.
    BackToPaper,
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
    /// Writes a letter in a language: in the words of its provider, where `own` has any for it, else in the hub's.
    fn write(&self, own: &LetterTexts, language: Language, content: &LetterContent<'_>) -> Result<Letter, LetterError>;
}

/// A letter, whom it comes from, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// What it says.
    pub letter: Letter,
    /// The name in its From line: the provider as its customers know it. The address is the operator's setting.
    pub sender_name: String,
    /// Documents that go with it, read when it is sent and not before: a queue of letters holds none.
    pub enclosures: Vec<Enclosure>,
    /// Pictures that its HTML shows.
    pub images: Vec<InlineImage>,
    /// The page at which its reader can have no more of them, by a POST and without signing in (RFC 8058).
    pub unsubscribe: Option<String>,
}

impl Composed {
    /// A letter that nothing goes with.
    pub fn plain(letter: Letter, sender_name: impl Into<String>) -> Self {
        let (enclosures, images) = (Vec::new(), Vec::new());
        Self { letter, sender_name: sender_name.into(), enclosures, images, unsubscribe: None }
    }
}

/// A document of the tenant that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// What it is kept under.
    pub digest: Sha256,
    /// How many bytes it has.
    pub size: u64,
    /// What its reader's file is called.
    pub name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its bytes, where it is kept nowhere because it was written for this letter.
    pub bytes: Option<Bytes>,
}

/// A picture that stands in a letter's HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// What the HTML calls it, behind `cid:`.
    pub content_id: String,
    /// Its media type.
    pub media_type: String,
    /// The picture.
    pub bytes: Bytes,
}

/// Why a claimed message did not become a letter.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// There is nothing left to say (a confirmation was closed meanwhile): it is given up quietly.
    #[error("there is nothing left to say")]
    Pointless,
    /// What goes with it is not there yet.
    #[error("{why}")]
    NotYet {
        /// When it may be; after a pause as after any other try, where nobody knows.
        until: Option<Timestamp>,
        /// What is missing, and why; no personal data.
        why: String,
    },
    /// Others get what goes with it at this moment: nothing was tried.
    #[error("too many documents are fetched at once")]
    Busy,
    /// What is to be said is not said on this channel.
    #[error("this is not said on this channel")]
    OtherChannel,
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

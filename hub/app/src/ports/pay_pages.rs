//! The pages that payers see, as they are written.

use jiff::civil::Date;
use komunala_domain::{
    Language, Logo, Money, Period, invoice::PaymentInstruction, payment::Channel, payment::PaymentState,
};

use super::gateways::Forward;

/// A page.
#[derive(Debug, Clone)]
pub enum PayPage {
    /// A bill, and how it can be paid.
    Bill(Box<BillPage>),
    /// The way to a payment provider.
    Forward {
        /// Who is paid.
        provider_name: String,
        /// The payment provider.
        title: &'static str,
        /// What is to be paid.
        amount: Money,
        /// How the payer gets there.
        forward: Forward,
    },
    /// What became of a payment.
    Outcome {
        /// Who is paid.
        provider_name: String,
        /// The bill.
        number: String,
        /// What was to be paid.
        amount: Money,
        /// How far the payment has come.
        state: PaymentState,
        /// The page of the bill, to try again.
        bill_uri: Option<String>,
    },
    /// Whether somebody wants no more of a kind of mail, or that it is done.
    Unsubscribe {
        /// Of which.
        from: MailKind,
        /// Whether it is done.
        is_done: bool,
    },
    /// The link leads to nothing that can be paid.
    Over(Over),
}

/// Mail that its reader can end by one click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// Bills, which come by post then.
    Bills,
    /// Notices of outages.
    OutageNotices,
}

/// Why a link leads to nothing that can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Nobody was given this link, or what it led to is gone. Which of them is nobody's business.
    Unknown,
    /// It is too old.
    Expired,
    /// The bill is paid.
    Paid,
    /// Nothing of the bill can be paid.
    NothingToPay,
    /// Not now: too much to do, or a payment provider that does not answer.
    Unavailable,
}

/// A bill, and how it can be paid.
#[derive(Debug, Clone)]
pub struct BillPage {
    /// Who is paid, as customers know them.
    pub provider_name: String,
    /// Their sign.
    pub logo: Option<Logo>,
    /// The legal entity, where there are several.
    pub issuer_name: Option<String>,
    /// The bill's printed number.
    pub number: String,
    /// The month that it bills.
    pub period: Option<Period>,
    /// What is to be paid today.
    pub amount: Money,
    /// What the bill comes to, where that is more.
    pub instead_of: Option<Money>,
    /// The last day to pay it on time.
    pub due: Option<Date>,
    /// The last day on which it is this much.
    pub until: Option<Date>,
    /// What it can be paid in, besides the whole; empty where there is only the whole.
    pub parts: Vec<BillPart>,
    /// What a banking app scans: the picture as SVG.
    pub code: Option<Vec<u8>>,
    /// What a payment order must say.
    pub instruction: PaymentInstruction,
    /// The payment providers, by word and name.
    pub channels: Vec<(Channel, &'static str)>,
    /// The name of the payment that a button starts: however often it is pressed, it is one.
    pub request_id: String,
    /// Whether somebody went off to pay and did not come back yet.
    pub is_pending: bool,
}

/// A part in which a bill can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillPart {
    /// Its number, from 1; 0 for the whole.
    pub number: usize,
    /// How much.
    pub amount: Money,
    /// By when.
    pub due: Option<Date>,
    /// Whether it is the one that is shown.
    pub is_shown: bool,
    /// Whether it was paid.
    pub is_paid: bool,
}

/// Why a page could not be written. No value of it is in the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the page cannot be written: {0}")]
pub struct PageError(pub String);

/// A file that pages ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// Writes pages.
pub trait PayPages: Send + Sync {
    /// Writes a page as HTML.
    fn write(&self, language: Language, page: &PayPage) -> Result<String, PageError>;

    /// A file that pages ask for, by its name.
    fn asset(&self, name: &str) -> Option<Asset>;
}

//! Payment providers, as their protocols show them.
//!
//! What a payment provider sends unasked is a hint at most. What counts is what it answers when the hub asks.

use async_trait::async_trait;
use jiff::civil::Date;
use komunala_domain::{Language, Money, ids::PaymentId, payment::Channel};
use serde::{Deserialize, Serialize};

/// What a payer is sent to a payment provider with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout<'a> {
    /// The payment: the shop's order number.
    pub payment: PaymentId,
    /// What is to be paid.
    pub amount: Money,
    /// What for, in one line.
    pub description: &'a str,
    /// The payer's language.
    pub language: Language,
    /// Where the payer comes back to, whatever happened.
    pub return_uri: &'a str,
    /// How many hours the payer has.
    pub hours: u32,
}

/// How a payer gets to a payment provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forward {
    /// By following a link.
    Link(String),
    /// By sending a form.
    Form {
        /// Where to.
        action: String,
        /// Its fields.
        fields: Vec<(String, String)>,
    },
}

/// A payment provider is ready for the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// How the payer gets there.
    pub forward: Forward,
    /// What the payment provider calls the payment, where it says so already.
    pub reference: Option<String>,
}

/// What became of a payment, by its payment provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody has paid yet, or the payment provider has not heard of it.
    Open,
    /// The money is there.
    Paid,
    /// No money was taken, and none will be.
    Failed,
    /// The money was given back.
    Reversed,
}

/// What a payment provider answered, or claims in a call-back. What it does not say is not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What became of the payment.
    pub verdict: Verdict,
    /// The payment that it is about, where it names one.
    pub payment: Option<PaymentId>,
    /// The shop, as the payment provider knows it.
    pub merchant: Option<String>,
    /// What was paid; there is always one where money is said to be there or given back.
    pub amount: Option<Money>,
    /// What the payment provider calls the payment.
    pub reference: Option<String>,
    /// The day of the payment, where it says one.
    pub paid_on: Option<Date>,
}

/// Why a payment provider did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It cannot be reached, is down, or did not answer in time.
    #[error("the payment provider is unavailable: {0}")]
    Unavailable(String),
    /// It refused; asking again the same way is of no use.
    #[error("the payment provider refused: {0}")]
    Refused(String),
    /// What it answered is no answer.
    #[error("the payment provider answered wrongly: {0}")]
    Answer(String),
}

/// Why a call-back is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It is none.
    #[error("not a call-back of this payment provider")]
    Malformed,
    /// Its signature is not the payment provider's.
    #[error("the signature is not the payment provider's")]
    Forged,
}

/// A payment provider, with the account of one shop there.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Which way to pay this is.
    fn channel(&self) -> &Channel;

    /// Its name, as payers know it.
    fn title(&self) -> &'static str;

    /// The shop, as the payment provider knows it.
    fn merchant(&self) -> &str;

    /// The issuer whose bills are paid to this shop; `None` where all are.
    fn issuer(&self) -> Option<&str>;

    /// Makes the payment provider ready for a payer. No money moves, and nobody can pay before the answer is used: it may
    /// be asked again after an answer that was lost.
    async fn prepare(&self, checkout: &Checkout<'_>) -> Result<Ready, GatewayError>;

    /// Asks what became of a payment, which it calls `reference`.
    async fn look_up(&self, payment: PaymentId, reference: Option<&str>) -> Result<Report, GatewayError>;

    /// The payment that a call-back names, whoever it is from.
    fn named_in(&self, callback: &[u8]) -> Option<PaymentId>;

    /// What a call-back claims. That its signature is right, where there is one, says only who knows the secret.
    fn read_callback(&self, callback: &[u8]) -> Result<Report, CallbackError>;
}

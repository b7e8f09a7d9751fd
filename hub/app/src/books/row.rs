//! What stands in a sealed row.

use jiff::civil::Date;
use komunala_domain::{CustomerAccount, ExternalId, Invoice, Money, invoice::InvoiceLine};
use serde::{Deserialize, Serialize};

use super::verifier::WrappedVerifier;

/// A row of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Row {
    Customer(Box<CustomerRow>),
    Bill(Box<BillRow>),
    Lines(Vec<InvoiceLine>),
    Payment(PaymentRow),
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CustomerRow {
    pub(super) account: CustomerAccount,
    pub(super) pin: Option<WrappedVerifier>,
    pub(super) delivery: Option<Delivery>,
}

/// How the billing system sends the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Delivery {
    Paper,
    Email,
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BillRow {
    pub(super) account: ExternalId,
    pub(super) invoice: Invoice,
    pub(super) document: Option<String>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PaymentRow {
    pub(super) id: ExternalId,
    pub(super) account: ExternalId,
    pub(super) date: Date,
    pub(super) amount: Money,
    pub(super) reference: Option<String>,
    pub(super) channel: Option<String>,
}

impl From<komunala_domain::PostalChannel> for Delivery {
    fn from(channel: komunala_domain::PostalChannel) -> Self {
        match channel {
            komunala_domain::PostalChannel::Paper => Self::Paper,
            komunala_domain::PostalChannel::Email => Self::Email,
        }
    }
}

impl From<Delivery> for komunala_domain::PostalChannel {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Paper => Self::Paper,
            Delivery::Email => Self::Email,
        }
    }
}

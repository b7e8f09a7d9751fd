//! The names of bills and of their payments.

use std::fmt;

use komunala_domain::{
    Period,
    ids::{InvoiceId, PaymentId},
};

use super::{AccountName, Reader};
use crate::failure::Failure;

/// `providers/{p}/accounts/{a}/invoices/{i}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvoiceName {
    pub(crate) account: AccountName,
    pub(crate) invoice: InvoiceId,
}

/// `providers/{p}/accounts/{a}/invoices/{yyyy-mm}`: the bill of a month that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UpcomingName {
    pub(crate) account: AccountName,
    pub(crate) period: Period,
}

/// An invoice, there or not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnyInvoice {
    Issued(InvoiceName),
    Upcoming(UpcomingName),
}

/// `providers/{p}/accounts/{a}/payments/{pay}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentName {
    pub(crate) account: AccountName,
    pub(crate) payment: PaymentId,
}

impl fmt::Display for InvoiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/invoices/{}", self.account, self.invoice)
    }
}

impl fmt::Display for PaymentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/payments/{}", self.account, self.payment)
    }
}

impl fmt::Display for UpcomingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/invoices/{}", self.account, self.period)
    }
}

impl AnyInvoice {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let (account, id) = (reader.account()?, reader.text("invoices")?);
        let invoice = match id.parse() {
            Ok(period) => Self::Upcoming(UpcomingName { account, period }),
            Err(_) => Self::Issued(InvoiceName { account, invoice: reader.parse(id)? }),
        };
        reader.end(invoice)
    }
}

impl PaymentName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let payment = Self { account: reader.account()?, payment: reader.id("payments")? };
        reader.end(payment)
    }
}

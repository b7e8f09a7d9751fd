//! What a code is made of: the bill's payment instruction, and what the bill itself does not say.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use crate::{
    Invoice, Money, Provider,
    account::Commodity,
    invoice::{Payable, PaymentInstruction},
};

/// A payment of a bill, or of a part of it.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The account, payee, reference and purpose, as printed.
    pub instruction: &'a PaymentInstruction,
    /// What is to be paid.
    pub amount: Money,
    /// The last day to pay it on time.
    pub due: Option<Date>,
    /// The last day on which it is this amount, where another one follows.
    pub until: Option<Date>,
    /// What the provider's settings say of the payee.
    pub payee: &'a PayeeDetails,
    /// The issuer's code, where a provider bills for several legal entities.
    pub issuer: Option<&'a str>,
    /// What the provider delivers.
    pub commodity: Commodity,
    /// When the code is made, in Kyiv time; one scheme says so.
    pub made_at: DateTime,
}

/// What the schemes want to know of a payee, and bills do not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayeeDetails {
    /// Street and number.
    pub street: Option<String>,
    /// Postal code and place.
    pub place: Option<String>,
    /// The payee's number in the state's register (Ukraine), where there is one payee.
    pub code: Option<String>,
    /// The same per issuer, by the issuer's code.
    pub codes: BTreeMap<String, String>,
}

impl<'a> Order<'a> {
    /// The payment of a provider's bill, or of a part of it; none where the bill does not say how it is paid.
    pub fn of(provider: &'a Provider, invoice: &'a Invoice, payable: &Payable, made_at: DateTime) -> Option<Self> {
        Some(Self {
            instruction: invoice.payment.as_ref()?,
            amount: payable.amount,
            due: payable.due,
            until: payable.until,
            payee: &provider.payment_codes.payee,
            issuer: invoice.issuer.as_ref().map(|issuer| issuer.code.as_str()),
            commodity: provider.commodity,
            made_at,
        })
    }

    /// The payee's number in the state's register.
    pub(super) fn payee_code(&self) -> Option<&str> {
        let own = self.issuer.and_then(|issuer| self.payee.codes.get(issuer));
        own.or(self.payee.code.as_ref()).map(String::as_str)
    }
}

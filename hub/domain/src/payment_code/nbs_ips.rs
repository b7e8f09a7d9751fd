//! NBS IPS QR: instant payments of the National Bank of Serbia.
//!
//! `TAG:value`, joined by `|`, in a fixed order; a tag without a value is left out. Written in UTF-8.

mod read;
mod reference;

use super::{
    CodeError, Order, Rule, Unit,
    amount::{self, Bounds},
    field,
};
use crate::{Currency, Money, check_digits::NbsAccount};

pub use reference::NbsReference;

/// The purpose code of a household's bill.
const HOUSEHOLD: &str = "189";

const AMOUNT: Bounds =
    Bounds { currency: Currency::RSD, code: "RSD", most: 9_999_999_999_999_999, range: ("0,01", "99999999999999,99") };

/// Every tag, in the order they stand in.
const TAGS: [&str; 15] = ["K", "V", "C", "R", "N", "I", "O", "P", "SF", "S", "M", "JS", "RO", "RL", "RP"];

/// Where a code is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PR: on a printed bill.
    PrintedBill,
    /// PT: at a point of sale, by the merchant.
    PointOfSale,
    /// PK: at a point of sale, by the customer.
    PointOfSaleByCustomer,
    /// EK: in e-commerce.
    ECommerce,
}

impl Kind {
    const ALL: [(&'static str, Self); 4] = [
        ("PR", Self::PrintedBill),
        ("PT", Self::PointOfSale),
        ("PK", Self::PointOfSaleByCustomer),
        ("EK", Self::ECommerce),
    ];

    fn code(self) -> &'static str {
        let own = Self::ALL.iter().find(|(_, kind)| *kind == self);
        own.map(|(code, _)| *code).expect("every kind is in the list")
    }
}

/// A payment as NBS IPS QR writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NbsIps {
    /// K: where the code is shown.
    pub kind: Kind,
    /// R: the payee's account.
    pub account: NbsAccount,
    /// N: the payee's name and address, at most 70 characters in at most 3 lines.
    pub payee: String,
    /// I: the amount, 0,01 to 99999999999999,99 dinars.
    pub amount: Money,
    /// O: the payer's account.
    pub payer_account: Option<NbsAccount>,
    /// P: the payer's name and address, bounded as the payee's.
    pub payer: Option<String>,
    /// SF: the purpose code, 3 digits.
    pub purpose_code: String,
    /// S: the purpose, at most 35 characters.
    pub purpose: Option<String>,
    /// M: the category of the merchant, 4 digits.
    pub merchant_category: Option<String>,
    /// JS: the payer's one-time code, 5 digits.
    pub payer_code: Option<String>,
    /// RO: model and reference.
    pub reference: Option<NbsReference>,
    /// RL: the payee's own text, at most 140 characters.
    pub payee_text: Option<String>,
    /// RP: the payee's own number of the payment, 19 digits.
    pub payee_number: Option<String>,
}

impl NbsIps {
    /// The code of a bill.
    pub fn of(order: &Order<'_>) -> Result<Self, CodeError> {
        let instruction = order.instruction;
        let name = field::trimmed(Some(&instruction.payee)).ok_or_else(|| Rule::Missing.at("payee"))?;
        let address = [order.payee.street.as_deref(), order.payee.place.as_deref()];
        let lines: Vec<_> = std::iter::once(name).chain(address.into_iter().filter_map(field::trimmed)).collect();
        let reference = instruction.reference.as_deref().filter(|reference| !reference.trim().is_empty());
        Ok(Self {
            kind: Kind::PrintedBill,
            account: field::number("account", &instruction.account)?,
            payee: lines.join("\r\n"),
            amount: order.amount,
            payer_account: None,
            payer: None,
            purpose_code: field::trimmed(instruction.code.as_deref()).unwrap_or_else(|| HOUSEHOLD.to_owned()),
            purpose: field::trimmed(instruction.purpose.as_deref()),
            merchant_category: None,
            payer_code: None,
            reference: reference
                .map(|reference| NbsReference::new(instruction.model.as_deref(), reference))
                .transpose()?,
            payee_text: None,
            payee_number: None,
        })
    }

    /// The code as text. A `|` inside a value becomes a blank: it would begin another tag.
    pub fn payload(&self) -> Result<String, CodeError> {
        self.check()?;
        if let Some(reference) = &self.reference {
            reference.check_written()?;
        }
        let amount = format!("RSD{}", amount::with_decimals(self.amount, ','));
        let reference = self.reference.as_ref().map(ToString::to_string);
        let values: [Option<&str>; TAGS.len()] = [
            Some(self.kind.code()),
            Some("01"),
            Some("1"),
            Some(self.account.as_str()),
            Some(&self.payee),
            Some(&amount),
            self.payer_account.as_ref().map(NbsAccount::as_str),
            self.payer.as_deref(),
            Some(&self.purpose_code),
            self.purpose.as_deref(),
            self.merchant_category.as_deref(),
            self.payer_code.as_deref(),
            reference.as_deref(),
            self.payee_text.as_deref(),
            self.payee_number.as_deref(),
        ];
        let written = TAGS.iter().zip(values);
        let written = written.filter_map(|(tag, value)| Some(format!("{tag}:{}", value?.replace('|', " "))));
        Ok(written.collect::<Vec<_>>().join("|"))
    }

    fn check(&self) -> Result<(), CodeError> {
        of_three_lines("payee", &self.payee)?;
        AMOUNT.check(self.amount)?;
        self.payer.as_deref().map_or(Ok(()), |payer| of_three_lines("payer", payer))?;
        field::digits("purpose_code", &self.purpose_code, 3, "3 digits")?;
        field::optional_text("purpose", self.purpose.as_deref(), 35)?;
        let digits = |name, value: &Option<String>, count, form| match value {
            Some(value) => field::digits(name, value, count, form),
            None => Ok(()),
        };
        digits("merchant_category", &self.merchant_category, 4, "4 digits")?;
        digits("payer_code", &self.payer_code, 5, "5 digits")?;
        field::optional_text("payee_text", self.payee_text.as_deref(), 140)?;
        digits("payee_number", &self.payee_number, 19, "19 digits")
    }
}

/// A name and address: at most 70 characters, line ends included, in at most 3 lines.
fn of_three_lines(name: &'static str, value: &str) -> Result<(), CodeError> {
    if value.is_empty() {
        return Err(Rule::Missing.at(name));
    }
    let mut lines = 0;
    for line in value.split('\n') {
        lines += 1;
        // a carriage return belongs to the end of a line, and the last line has none
        if line.strip_suffix('\r').unwrap_or(line).chars().any(char::is_control) {
            return Err(Rule::Control.at(name));
        }
    }
    if value.ends_with('\r') {
        return Err(Rule::Control.at(name));
    }
    if lines > 3 {
        return Err(Rule::TooLong { max: 3, unit: Unit::Lines }.at(name));
    }
    field::longest(name, value, 70)
}

#[cfg(test)]
mod tests;

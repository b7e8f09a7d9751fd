//! The payment code of the National Bank of Ukraine, format 002: the earlier one, which apps go on reading.
//!
//! Thirteen fields, a line feed behind each, in UTF-8 or Windows-1251, as base64url in an address. Its texts are bounded
//! as those of [format 003](super::nbu_003).

use super::{
    Charset, CodeError, Order, Rule,
    amount::{self, Separator},
    base64url, field,
    nbu_003::{AMOUNT, charset, read::constants, read::decode, recipient, texts},
};
use crate::{Money, check_digits::Iban};

/// What an address begins with.
const ADDRESS: &str = "https://bank.gov.ua/qr/";
const FIELDS: usize = 13;

/// A payment as format 002 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nbu002 {
    /// UTF-8 or Windows-1251.
    pub charset: Charset,
    /// The recipient, at most 140 characters.
    pub payee: String,
    /// The recipient's account, 29 characters.
    pub account: Iban,
    /// The amount.
    pub amount: Money,
    /// The recipient's number in the state's register, at most 10 bytes.
    pub payee_code: Option<String>,
    /// The reference, at most 35 characters.
    pub reference: Option<String>,
    /// The purpose, at most 420 characters.
    pub purpose: String,
    /// What the payer is shown, at most 140 characters.
    pub display: Option<String>,
}

impl Nbu002 {
    /// The code of a bill: in Windows-1251, which halves Cyrillic, unless it lacks a character.
    pub fn of(order: &Order<'_>) -> Result<Self, CodeError> {
        let instruction = order.instruction;
        let code = Self {
            charset: Charset::Cyrillic,
            payee: instruction.payee.trim().to_owned(),
            account: field::number("account", &instruction.account)?,
            amount: order.amount,
            payee_code: field::trimmed(order.payee_code()),
            reference: field::trimmed(instruction.reference.as_deref()),
            purpose: field::trimmed(instruction.purpose.as_deref()).ok_or_else(|| Rule::Missing.at("purpose"))?,
            display: None,
        };
        let charset = if code.charset.holds(&code.content()) { code.charset } else { Charset::Utf8 };
        Ok(Self { charset, ..code })
    }

    /// The code as an address.
    pub fn payload(&self) -> Result<String, CodeError> {
        self.check()?;
        base64url::write(ADDRESS, &self.charset.encode("payload", &self.content())?)
    }

    /// Reads the address that a code holds.
    pub fn parse(address: &str) -> Result<Self, CodeError> {
        let bytes = base64url::read(ADDRESS, "an address that begins with https://bank.gov.ua/qr/", address)?;
        let (charset, content) = decode(&bytes)?;
        let fields: Vec<&str> = content.split('\n').collect();
        let Ok(fields) = <[&str; FIELDS + 1]>::try_from(fields) else {
            return Err(Rule::Fields { wanted: FIELDS }.at("payload"));
        };
        constants(
            &fields,
            &[(0, "header", "BCD"), (1, "version", "002"), (3, "function", "UCT"), (4, "bic", ""), (9, "category", "")],
        )?;
        constants(&fields, &[(13, "payload", "")])?;
        let code = Self {
            charset,
            payee: fields[5].to_owned(),
            account: field::number("account", fields[6])?,
            amount: AMOUNT.read(fields[7], Separator::Point)?,
            payee_code: field::said(fields[8]),
            reference: field::said(fields[10]),
            purpose: fields[11].to_owned(),
            display: field::said(fields[12]),
        };
        code.check()?;
        Ok(code)
    }

    /// The fields, before they become an address.
    fn content(&self) -> String {
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let charset = if self.charset == Charset::Utf8 { "1" } else { "2" };
        let fields: [&str; FIELDS] = [
            "BCD",
            "002",
            charset,
            "UCT",
            "",
            &self.payee,
            self.account.as_str(),
            &format!("UAH{}", amount::with_decimals(self.amount, '.')),
            &said(&self.payee_code),
            "",
            &said(&self.reference),
            &self.purpose,
            &said(&self.display),
        ];
        fields.join("\n") + "\n"
    }

    fn check(&self) -> Result<(), CodeError> {
        charset(self.charset)?;
        recipient(&self.payee, &self.account, self.payee_code.as_deref(), self.charset)?;
        AMOUNT.check(self.amount)?;
        texts(self.reference.as_deref(), &self.purpose, self.display.as_deref())
    }
}

#[cfg(test)]
mod tests;

//! The payment code of the National Bank of Ukraine, format 003: in force since 1 November 2025.
//!
//! Seventeen fields with a line feed between, in UTF-8 or Windows-1251, as base64url in an address.

pub(super) mod read;

use jiff::civil::DateTime;

use super::{
    Charset, CodeError, Order, Rule, Unit,
    amount::{self, Bounds},
    base64url, field,
};
use crate::{Currency, Money, check_digits::Iban};

/// What an address begins with.
const ADDRESS: &str = "https://qr.bank.gov.ua/";
const FIELDS: usize = 17;
/// Supplies and utilities, as category and as purpose (ISO 20022).
const UTILITIES: &str = "SUPP/SUPP";

pub(super) const AMOUNT: Bounds =
    Bounds { currency: Currency::UAH, code: "UAH", most: 99_999_999_999, range: ("0.01", "999999999.99") };

/// How the money is to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// UCT: a credit transfer.
    CreditTransfer,
    /// ICT: an instant one.
    InstantTransfer,
    /// XCT: either.
    AnyTransfer,
}

impl Function {
    const ALL: [(&'static str, Self); 3] =
        [("UCT", Self::CreditTransfer), ("ICT", Self::InstantTransfer), ("XCT", Self::AnyTransfer)];

    fn code(self) -> &'static str {
        let own = Self::ALL.iter().find(|(_, function)| *function == self);
        own.map(|(code, _)| *code).expect("every function is in the list")
    }
}

/// Which fields a payer may not change: bit N is field N, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock(pub u16);

impl Lock {
    /// Nothing may be changed.
    pub const ALL: Self = Self(0xFFFF);
    /// Only the amount may: who owes more than a bill, or pays in parts, says so.
    pub const ALL_BUT_AMOUNT: Self = Self(0xFEFF);
}

/// A payment as format 003 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nbu003 {
    /// 3: UTF-8 or Windows-1251.
    pub charset: Charset,
    /// 4: how the money is to be moved.
    pub function: Function,
    /// 6: the recipient, at most 140 characters.
    pub payee: String,
    /// 7: the recipient's account, 29 characters.
    pub account: Iban,
    /// 8: the amount.
    pub amount: Money,
    /// 9: the recipient's number in the state's register, at most 10 bytes.
    pub payee_code: Option<String>,
    /// 10: category and purpose, `CCCC/PPPP`.
    pub category: String,
    /// 11: the reference, at most 35 characters.
    pub reference: Option<String>,
    /// 12: the purpose, at most 420 characters.
    pub purpose: String,
    /// 13: what the payer is shown, at most 140 characters.
    pub display: Option<String>,
    /// 14: what the payer may not change.
    pub lock: Lock,
    /// 15: until when the code is valid, in Kyiv time.
    pub valid_until: Option<DateTime>,
    /// 16: when it was made, in Kyiv time.
    pub made_at: Option<DateTime>,
}

impl Nbu003 {
    /// The code of a bill: in Windows-1251, which halves Cyrillic, unless it lacks a character.
    pub fn of(order: &Order<'_>) -> Result<Self, CodeError> {
        let instruction = order.instruction;
        let category = field::trimmed(instruction.code.as_deref()).unwrap_or_else(|| UTILITIES.to_owned());
        let code = Self {
            charset: Charset::Cyrillic,
            function: Function::CreditTransfer,
            payee: instruction.payee.trim().to_owned(),
            account: field::number("account", &instruction.account)?,
            amount: order.amount,
            payee_code: field::trimmed(order.payee_code()),
            category,
            reference: field::trimmed(instruction.reference.as_deref()),
            purpose: field::trimmed(instruction.purpose.as_deref()).ok_or_else(|| Rule::Missing.at("purpose"))?,
            display: None,
            lock: Lock::ALL_BUT_AMOUNT,
            valid_until: order.until.map(|day| day.at(23, 59, 59, 0)),
            made_at: Some(order.made_at),
        };
        let charset = if code.charset.holds(&code.content()) { code.charset } else { Charset::Utf8 };
        Ok(Self { charset, ..code })
    }

    /// The code as an address.
    pub fn payload(&self) -> Result<String, CodeError> {
        self.check()?;
        base64url::write(ADDRESS, &self.charset.encode("payload", &self.content())?)
    }

    /// The fields, before they become an address.
    fn content(&self) -> String {
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let charset = if self.charset == Charset::Utf8 { "1" } else { "2" };
        let fields: [&str; FIELDS] = [
            "BCD",
            "003",
            charset,
            self.function.code(),
            "",
            &self.payee,
            self.account.as_str(),
            &written_amount(self.amount),
            &said(&self.payee_code),
            &self.category,
            &said(&self.reference),
            &self.purpose,
            &said(&self.display),
            &format!("{:04X}", self.lock.0),
            &self.valid_until.map(written_moment).unwrap_or_default(),
            &self.made_at.map(written_moment).unwrap_or_default(),
            "",
        ];
        fields.join("\n")
    }

    fn check(&self) -> Result<(), CodeError> {
        charset(self.charset)?;
        recipient(&self.payee, &self.account, self.payee_code.as_deref(), self.charset)?;
        AMOUNT.check(self.amount)?;
        let is_formed = self
            .category
            .split_once('/')
            .is_some_and(|(category, purpose)| field::is_four_letters(category) && field::is_four_letters(purpose));
        if !is_formed {
            return Err(Rule::Form("category and purpose of four capital letters each: CCCC/PPPP").at("category"));
        }
        texts(self.reference.as_deref(), &self.purpose, self.display.as_deref())?;
        for (name, moment) in [("valid_until", self.valid_until), ("made_at", self.made_at)] {
            if moment.is_some_and(|moment| !(2000..=2099).contains(&moment.year()) || moment.subsec_nanosecond() != 0) {
                return Err(Rule::Form("a whole second of the years 2000 to 2099").at(name));
            }
        }
        Ok(())
    }
}

/// What both formats ask of their charset.
pub(super) fn charset(charset: Charset) -> Result<(), CodeError> {
    match charset {
        Charset::Utf8 | Charset::Cyrillic => Ok(()),
        Charset::Latin2 => Err(Rule::Form("UTF-8 or Windows-1251").at("charset")),
    }
}

/// What both formats ask of their recipient.
pub(super) fn recipient(payee: &str, account: &Iban, code: Option<&str>, charset: Charset) -> Result<(), CodeError> {
    field::text("payee", payee, 140)?;
    if account.as_str().len() != 29 {
        return Err(Rule::Form("an IBAN of 29 characters").at("account"));
    }
    field::optional_text("payee_code", code, 10)?;
    if charset.encode("payee_code", code.unwrap_or_default())?.len() > 10 {
        return Err(Rule::TooLong { max: 10, unit: Unit::Bytes }.at("payee_code"));
    }
    Ok(())
}

/// What both formats ask of their texts.
pub(super) fn texts(reference: Option<&str>, purpose: &str, display: Option<&str>) -> Result<(), CodeError> {
    field::optional_text("reference", reference, 35)?;
    field::text("purpose", purpose, 420)?;
    field::optional_text("display", display, 140)
}

/// `UAH150`, or `UAH150.50` where there are kopiykas.
fn written_amount(amount: Money) -> String {
    match amount.minor % 100 {
        0 => format!("UAH{}", amount.minor / 100),
        _ => format!("UAH{}", amount::with_decimals(amount, '.')),
    }
}

/// `YYMMDDHHmmss`
fn written_moment(moment: DateTime) -> String {
    let (date, time) = (moment.date(), moment.time());
    format!(
        "{:02}{:02}{:02}{:02}{:02}{:02}",
        date.year() % 100,
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests;

//! Reading a code of UPN QR.

use jiff::civil::Date;

use super::{AMOUNT, FIELDS, HEADER, MAX, Party, UpnQr, UpnReference, written_day};
use crate::{
    Money,
    payment_code::{CodeError, Rule, field},
};

impl UpnQr {
    /// Reads a code, decoded from ISO-8859-2.
    pub fn parse(payload: &str) -> Result<Self, CodeError> {
        field::longest("payload", payload, MAX)?;
        let mut rest = payload;
        let mut fields = [""; FIELDS];
        let mut sum = FIELDS;
        for field in &mut fields {
            (*field, rest) = line(rest)?;
            sum += field.chars().count();
        }
        let (control, reserve) = line(rest)?;
        if fields[0] != HEADER {
            return Err(Rule::Form("UPNQR").at("header"));
        }
        if control != format!("{sum:03}") {
            return Err(Rule::ControlSum(sum).at("control"));
        }
        let cross = |at: usize, name| match fields[at] {
            "" => Ok(false),
            "X" => Ok(true),
            _ => Err(Rule::Form("X or nothing").at(name)),
        };
        let party = |at: usize| Party {
            name: field::said(fields[at]),
            street: field::said(fields[at + 1]),
            place: field::said(fields[at + 2]),
        };
        let payer_account = match fields[1] {
            "" => None,
            account => Some(field::number("payer_account", account)?),
        };
        let code = Self {
            payer_account,
            deposit: cross(2, "deposit")?,
            withdrawal: cross(3, "withdrawal")?,
            payer_reference: field::said(fields[4]),
            payer: party(5),
            amount: amount(fields[8])?,
            payment_date: day("payment_date", fields[9])?,
            urgent: cross(10, "urgent")?,
            purpose_code: fields[11].to_owned(),
            purpose: fields[12].to_owned(),
            due: day("due", fields[13])?,
            account: field::number("account", fields[14])?,
            reference: UpnReference::read("reference", fields[15])?,
            payee: party(16),
            reserve: field::said(reserve.strip_suffix('\n').unwrap_or(reserve)),
        };
        code.check()?;
        // blanks inside a number, say: they read well and would be written otherwise
        let differing = code.fields().iter().zip(fields).any(|(own, given)| own != given);
        if differing {
            return Err(Rule::Form("of numbers without blanks, in capitals").at("payload"));
        }
        Ok(code)
    }
}

fn line(text: &str) -> Result<(&str, &str), CodeError> {
    text.split_once('\n').ok_or_else(|| Rule::Fields { wanted: FIELDS + 1 }.at("payload"))
}

/// Eleven digits of cents.
fn amount(digits: &str) -> Result<Money, CodeError> {
    const FORM: &str = "11 digits of cents";
    field::digits("amount", digits, 11, FORM)?;
    let minor = digits.parse().map_err(|_| Rule::Form(FORM).at("amount"))?;
    Ok(Money { minor, currency: AMOUNT.currency })
}

/// `DD.MM.YYYY`, or nothing.
fn day(name: &'static str, text: &str) -> Result<Option<Date>, CodeError> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut parts = text.split('.');
    let mut next = || parts.next().and_then(|part| part.parse::<i16>().ok());
    let read = next()
        .zip(next())
        .zip(next())
        .and_then(|((day, month), year)| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok());
    let day = read.filter(|day| written_day(*day) == text);
    day.map(Some).ok_or_else(|| Rule::Form("a day as DD.MM.YYYY").at(name))
}

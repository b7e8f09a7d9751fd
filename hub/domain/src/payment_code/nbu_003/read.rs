//! Reading a code of format 003.

use jiff::civil::{Date, DateTime};

use super::{ADDRESS, AMOUNT, FIELDS, Function, Lock, Nbu003};
use crate::payment_code::{Charset, CodeError, Rule, amount::Separator, base64url, field};

impl Nbu003 {
    /// Reads the address that a code holds.
    pub fn parse(address: &str) -> Result<Self, CodeError> {
        let bytes = base64url::read(ADDRESS, "an address that begins with https://qr.bank.gov.ua/", address)?;
        let (charset, content) = decode(&bytes)?;
        let fields: Vec<&str> = content.split('\n').collect();
        let Ok(fields) = <[&str; FIELDS]>::try_from(fields) else {
            return Err(Rule::Fields { wanted: FIELDS }.at("payload"));
        };
        constants(&fields, &[(0, "header", "BCD"), (1, "version", "003"), (4, "bic", ""), (16, "reserve", "")])?;
        let function = Function::ALL.iter().find(|(code, _)| *code == fields[3]).map(|(_, function)| *function);
        let code = Self {
            charset,
            function: function.ok_or_else(|| Rule::Form("UCT, ICT or XCT").at("function"))?,
            payee: fields[5].to_owned(),
            account: field::number("account", fields[6])?,
            amount: AMOUNT.read(fields[7], Separator::Point)?,
            payee_code: field::said(fields[8]),
            category: fields[9].to_owned(),
            reference: field::said(fields[10]),
            purpose: fields[11].to_owned(),
            display: field::said(fields[12]),
            lock: lock(fields[13])?,
            valid_until: moment("valid_until", fields[14])?,
            made_at: moment("made_at", fields[15])?,
        };
        code.check()?;
        Ok(code)
    }
}

/// The content in the charset that its third field says.
pub(in crate::payment_code) fn decode(bytes: &[u8]) -> Result<(Charset, String), CodeError> {
    let charset = match bytes.split(|byte| *byte == b'\n').nth(2) {
        Some(b"1") => Charset::Utf8,
        Some(b"2") => Charset::Cyrillic,
        _ => return Err(Rule::Form("1 (UTF-8) or 2 (Windows-1251)").at("charset")),
    };
    Ok((charset, charset.decode("payload", bytes)?))
}

/// Checks fields that always say the same.
pub(in crate::payment_code) fn constants(
    fields: &[&str],
    wanted: &[(usize, &'static str, &'static str)],
) -> Result<(), CodeError> {
    for (at, name, value) in wanted {
        if fields[*at] != *value {
            return Err(Rule::Form(if value.is_empty() { "empty" } else { value }).at(name));
        }
    }
    Ok(())
}

/// Four hexadecimal digits.
fn lock(text: &str) -> Result<Lock, CodeError> {
    let is_formed = text.len() == 4 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let bits = is_formed.then(|| u16::from_str_radix(text, 16).ok()).flatten();
    bits.map(Lock).ok_or_else(|| Rule::Form("4 hexadecimal digits").at("lock"))
}

/// `YYMMDDHHmmss`, or nothing.
fn moment(name: &'static str, text: &str) -> Result<Option<DateTime>, CodeError> {
    const FORM: &str = "a moment as YYMMDDHHmmss";
    if text.is_empty() {
        return Ok(None);
    }
    field::digits(name, text, 12, FORM)?;
    let pair = |at: usize| text[2 * at..2 * at + 2].parse::<i8>().ok();
    let read = || {
        let date = Date::new(2000 + i16::from(pair(0)?), pair(1)?, pair(2)?).ok()?;
        let time = jiff::civil::Time::new(pair(3)?, pair(4)?, pair(5)?, 0).ok()?;
        Some(date.to_datetime(time))
    };
    read().map(Some).ok_or_else(|| Rule::Form(FORM).at(name))
}

//! What every scheme asks of its fields.

use std::str::FromStr;

use super::{CodeError, Rule, Unit};

/// Checks a text of one line, which is there: no control characters, at most `max` characters.
pub(super) fn text(field: &'static str, value: &str, max: usize) -> Result<(), CodeError> {
    if value.is_empty() {
        return Err(Rule::Missing.at(field));
    }
    if value.chars().any(char::is_control) {
        return Err(Rule::Control.at(field));
    }
    longest(field, value, max)
}

/// The same where there may be none.
pub(super) fn optional_text(field: &'static str, value: Option<&str>, max: usize) -> Result<(), CodeError> {
    value.map_or(Ok(()), |value| text(field, value, max))
}

/// Checks that a text has at most `max` characters.
pub(super) fn longest(field: &'static str, value: &str, max: usize) -> Result<(), CodeError> {
    if value.chars().count() > max {
        return Err(Rule::TooLong { max, unit: Unit::Characters }.at(field));
    }
    Ok(())
}

/// Checks a text of so many digits.
pub(super) fn digits(field: &'static str, value: &str, count: usize, form: &'static str) -> Result<(), CodeError> {
    if value.len() != count || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Rule::Form(form).at(field));
    }
    Ok(())
}

/// Reads a number that guards itself.
pub(super) fn number<N>(field: &'static str, value: &str) -> Result<N, CodeError>
where
    N: FromStr,
    Rule: From<N::Err>,
{
    if value.trim().is_empty() {
        return Err(Rule::Missing.at(field));
    }
    value.parse().map_err(|error| Rule::from(error).at(field))
}

/// A field that may be empty.
pub(super) fn said(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

/// A field of an instruction that is nothing but blanks is not there.
pub(super) fn trimmed(value: Option<&str>) -> Option<String> {
    value.map(str::trim).and_then(said)
}

/// Four capital letters, as ISO 20022 has codes.
pub(super) fn is_four_letters(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

//! RO: the model and the reference of a payment.

use crate::{
    check_digits::verify_model97,
    payment_code::{CodeError, Rule, field},
};

const FIELD: &str = "reference";
/// The models that there are; 00 is a reference without check digits.
const MODELS: [&str; 4] = ["97", "22", "11", "00"];
/// The most characters that are written, model included.
const WRITTEN: usize = 25;
/// The most that are read: others write more.
const READ: usize = 35;

/// A payment reference with its model. By model 97 it is checked; the other models pass it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NbsReference {
    model: String,
    number: String,
}

impl NbsReference {
    /// A reference as printed on a bill, with blanks and dashes or without; one without a model has the model 00.
    pub fn new(model: Option<&str>, number: &str) -> Result<Self, CodeError> {
        let model = model.map(str::trim).filter(|model| !model.is_empty()).unwrap_or("00");
        let number: String = number.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
        let reference = Self { model: model.to_owned(), number };
        reference.check()?;
        Ok(reference)
    }

    /// Reads model and reference, as they stand in a code.
    pub(super) fn read(text: &str) -> Result<Self, CodeError> {
        let (model, number) = text.split_at_checked(2).ok_or_else(|| Rule::Missing.at(FIELD))?;
        let reference = Self { model: model.to_owned(), number: number.to_owned() };
        reference.check()?;
        Ok(reference)
    }

    /// The model: `97`, `22`, `11` or `00`.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The reference without its model, without blanks and dashes.
    pub fn number(&self) -> &str {
        &self.number
    }

    fn check(&self) -> Result<(), CodeError> {
        if !MODELS.contains(&self.model.as_str()) {
            return Err(Rule::Form("of the model 97, 22, 11 or 00").at(FIELD));
        }
        if self.number.is_empty() {
            return Err(Rule::Missing.at(FIELD));
        }
        if !self.number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Rule::Form("letters and digits, without blanks and dashes").at(FIELD));
        }
        field::longest(FIELD, &self.number, READ - 2)?;
        if self.model == "97" {
            verify_model97(&self.number).map_err(|error| Rule::from(error).at(FIELD))?;
        }
        Ok(())
    }

    /// Checks what is bounded more narrowly where it is written than where it is read.
    pub(super) fn check_written(&self) -> Result<(), CodeError> {
        field::longest(FIELD, &self.to_string(), WRITTEN)
    }
}

impl std::fmt::Display for NbsReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.model, self.number)
    }
}

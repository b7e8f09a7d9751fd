//! Why a payment code cannot be written, or a text is none.

use crate::check_digits::{Model97Error, NumberError};

/// A field that breaks a rule of its scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct CodeError {
    /// The field, by its name in the scheme's value; `payload` where it is the text as a whole.
    pub field: &'static str,
    /// The rule.
    pub rule: Rule,
}

/// A rule that a field breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The scheme needs it.
    #[error("is needed and missing")]
    Missing,
    /// There is more of it than fits.
    #[error("must have at most {max} {unit}")]
    TooLong {
        /// The bound.
        max: usize,
        /// What is counted.
        unit: Unit,
    },
    /// It is not of its form.
    #[error("must be {0}")]
    Form(&'static str),
    /// Its check digits are not those of the rest.
    #[error("its check digits are wrong by {0}")]
    CheckDigits(&'static str),
    /// The amount is beyond its bounds.
    #[error("must be {least} to {most}")]
    OutOfRange {
        /// The least, in major units.
        least: &'static str,
        /// The most, in major units.
        most: &'static str,
    },
    /// The scheme pays in another currency.
    #[error("must be in {0}")]
    Currency(&'static str),
    /// A control character, which would shift whatever follows.
    #[error("must have no control character")]
    Control,
    /// A character that the charset does not have.
    #[error("has the character {character:?}, which is not in {charset}")]
    Character {
        /// The character.
        character: char,
        /// The charset by its name.
        charset: &'static str,
    },
    /// Another number of fields.
    #[error("must have {wanted} fields")]
    Fields {
        /// How many there must be.
        wanted: usize,
    },
    /// A field that the scheme does not have, that came before, or that stands in the wrong place.
    #[error("must have the scheme's fields in their order, each once")]
    Order,
    /// It takes more than the largest QR code that the scheme allows.
    #[error("must fit a QR code of version {0}")]
    QrVersion(u8),
    /// Its control sum is not that of the fields.
    #[error("must be {0}, the control sum of the fields")]
    ControlSum(usize),
}

/// What a length is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Characters.
    Characters,
    /// Bytes.
    Bytes,
    /// Lines.
    Lines,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::Lines => "lines",
        })
    }
}

impl Rule {
    /// The rule, broken by a field.
    pub(super) fn at(self, field: &'static str) -> CodeError {
        CodeError { field, rule: self }
    }
}

impl From<NumberError> for Rule {
    fn from(error: NumberError) -> Self {
        match error {
            NumberError::Form(form) => Self::Form(form),
            NumberError::CheckDigits(standard) => Self::CheckDigits(standard),
        }
    }
}

impl From<Model97Error> for Rule {
    fn from(error: Model97Error) -> Self {
        match error {
            Model97Error::Form => Self::Form("two digits of control, then letters and digits"),
            Model97Error::Control => Self::CheckDigits("model 97"),
        }
    }
}

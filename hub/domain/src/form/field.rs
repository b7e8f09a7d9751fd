//! A field of a form and the values it takes.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{Language, text::single_line};

/// The longest value in bytes, whatever the kind of its field.
const MAX_VALUE: usize = 400;
/// The longest label in bytes.
const MAX_LABEL: usize = 120;
/// The most values to choose from.
const MAX_CHOICES: usize = 50;

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Its name: lower-case letters, digits and `_`, at most 40; what requests and problems name it by.
    pub name: String,
    /// What values it takes.
    pub kind: FieldKind,
    /// What people call it, by language.
    pub labels: Vec<(Language, String)>,
    /// Whether a document must come with a change of it.
    pub needs_document: bool,
}

/// What values a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    Text {
        /// The most characters.
        max: usize,
    },
    /// A whole number.
    Integer {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A number with at most two decimals, such as square metres.
    Decimal {
        /// The least.
        min: Decimal,
        /// The most.
        max: Decimal,
    },
    /// A day, `yyyy-mm-dd`.
    Date,
    /// One of several words.
    Choice(Vec<String>),
}

/// Why a field cannot be one of a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormFieldError {
    /// Its name.
    #[error("a name has 1 to 40 lower-case letters, digits and `_`, the first a letter")]
    Name,
    /// A label.
    #[error("a label is a line of at most 120 bytes")]
    Label,
    /// Its bounds.
    #[error("the bounds of its values leave none")]
    Bounds,
    /// Its choices.
    #[error("1 to 50 choices of at most 40 characters are needed")]
    Choices,
}

impl FormField {
    /// Whether it can be a field.
    pub fn check(&self) -> Result<(), FormFieldError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = (1..=40).contains(&self.name.len())
            && self.name.bytes().all(fits)
            && self.name.starts_with(|first: char| first.is_ascii_lowercase());
        if !is_name {
            return Err(FormFieldError::Name);
        }
        if self.labels.iter().any(|(_, label)| single_line(label, MAX_LABEL).is_err()) {
            return Err(FormFieldError::Label);
        }
        match &self.kind {
            FieldKind::Text { max } if !(1..=200).contains(max) => Err(FormFieldError::Bounds),
            FieldKind::Integer { min, max } if min > max => Err(FormFieldError::Bounds),
            FieldKind::Decimal { min, max } if min > max => Err(FormFieldError::Bounds),
            FieldKind::Choice(choices) => {
                let is_choice = |choice: &String| single_line(choice, 160).is_ok() && choice.chars().count() <= 40;
                let right = (1..=MAX_CHOICES).contains(&choices.len()) && choices.iter().all(is_choice);
                if right { Ok(()) } else { Err(FormFieldError::Choices) }
            }
            _ => Ok(()),
        }
    }

    /// What it is called in a language; its name where nobody said.
    pub fn label(&self, language: Language) -> &str {
        let label = self.labels.iter().find(|(spoken, _)| *spoken == language).or_else(|| self.labels.first());
        label.map_or(&self.name, |(_, label)| label)
    }
}

impl FieldKind {
    /// A value as it counts, or what is wrong with it.
    pub(super) fn tidied(&self, value: &str) -> Result<String, String> {
        let value = value.trim();
        single_line(value, MAX_VALUE).map_err(|error| format!("is {error}"))?;
        match self {
            Self::Text { max } if value.chars().count() <= *max => Ok(value.to_owned()),
            Self::Text { max } => Err(format!("must have at most {max} characters")),
            Self::Integer { min, max } => match value.parse::<i64>() {
                Ok(number) if (min..=max).contains(&&number) => Ok(number.to_string()),
                _ => Err(format!("must be a whole number from {min} to {max}")),
            },
            Self::Decimal { min, max } => match value.replace(',', ".").parse::<Decimal>() {
                Ok(number) if (min..=max).contains(&&number) && number.normalize().scale() <= 2 => {
                    Ok(number.normalize().to_string())
                }
                _ => Err(format!("must be a number from {min} to {max} with at most two decimals")),
            },
            Self::Date => match value.parse::<Date>() {
                Ok(day) if (1900..=2100).contains(&day.year()) => Ok(day.to_string()),
                _ => Err("must be a day, yyyy-mm-dd".to_owned()),
            },
            Self::Choice(choices) if choices.iter().any(|choice| choice == value) => Ok(value.to_owned()),
            Self::Choice(choices) => Err(format!("must be one of {}", choices.join(", "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_tidied_to_one_spelling_or_told_what_is_wrong_with_it() {
        let area = FieldKind::Decimal { min: Decimal::ONE, max: Decimal::from(500) };
        assert_eq!(area.tidied("54,20"), Ok("54.2".to_owned()));
        for wrong in ["0.5", "501", "54.123", "big", "", "1e3"] {
            assert!(area.tidied(wrong).is_err(), "{wrong}");
        }
        assert_eq!(FieldKind::Date.tidied("2030-02-28"), Ok("2030-02-28".to_owned()));
        assert!(FieldKind::Date.tidied("2030-02-29").is_err());
        assert!(FieldKind::Text { max: 3 }.tidied("a\nb").is_err());
        assert_eq!(FieldKind::Text { max: 3 }.tidied("žđš"), Ok("žđš".to_owned()));
    }

    #[test]
    fn a_field_that_takes_no_value_or_has_no_word_for_a_name_is_none() {
        let field = |name: &str, kind| FormField { name: name.into(), kind, labels: vec![], needs_document: false };
        assert_eq!(field("floor_area", FieldKind::Date).check(), Ok(()));
        assert_eq!(field("Floor area", FieldKind::Date).check(), Err(FormFieldError::Name));
        assert_eq!(field("n", FieldKind::Integer { min: 2, max: 1 }).check(), Err(FormFieldError::Bounds));
        assert_eq!(field("c", FieldKind::Choice(vec![])).check(), Err(FormFieldError::Choices));
        let label = FormField { labels: vec![(Language::English, "a\nb".into())], ..field("a", FieldKind::Date) };
        assert_eq!(label.check(), Err(FormFieldError::Label));
    }
}

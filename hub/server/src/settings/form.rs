//! The premises form: `[[provider.premises_form]]`, a table per field.

use std::collections::BTreeMap;

use komunala_domain::{
    Language, PremisesForm,
    form::{FieldKind, FormField, MAX_FIELDS},
};
use rust_decimal::Decimal;
use serde::Deserialize;

/// The most characters of a text that nobody bounds.
const TEXT: usize = 100;

/// A field of the premises form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormFieldSettings {
    /// Its name: lower-case letters, digits and `_`.
    pub name: String,
    /// What values it takes.
    pub kind: FieldKindSettings,
    /// The most characters of a text; 100 where nobody says.
    pub max_length: Option<usize>,
    /// The least number.
    pub min: Option<Decimal>,
    /// The largest number.
    pub max: Option<Decimal>,
    /// What there is to choose from.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What people call it, by language.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Whether a document must come with a change of it.
    #[serde(default)]
    pub needs_document: bool,
}

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKindSettings {
    /// A line of text.
    Text,
    /// A whole number from `min` to `max`.
    Integer,
    /// A number with at most two decimals, from `min` to `max`.
    Decimal,
    /// A day.
    Date,
    /// One of `choices`.
    Choice,
}

impl FormFieldSettings {
    fn kind(&self) -> Result<FieldKind, &'static str> {
        let whole = |number: Decimal| i64::try_from(number).ok().filter(|whole| Decimal::from(*whole) == number);
        match (self.kind, self.min, self.max) {
            (FieldKindSettings::Integer, Some(min), Some(max)) => match (whole(min), whole(max)) {
                (Some(min), Some(max)) => Ok(FieldKind::Integer { min, max }),
                _ => Err("`min` and `max` of a whole number are whole numbers"),
            },
            (FieldKindSettings::Decimal, Some(min), Some(max)) => Ok(FieldKind::Decimal { min, max }),
            (FieldKindSettings::Integer | FieldKindSettings::Decimal, ..) => Err("a number needs `min` and `max`"),
            (_, Some(_), _) | (_, _, Some(_)) => Err("only a number has `min` and `max`"),
            (FieldKindSettings::Text, ..) => Ok(FieldKind::Text { max: self.max_length.unwrap_or(TEXT) }),
            (FieldKindSettings::Date, ..) => Ok(FieldKind::Date),
            (FieldKindSettings::Choice, ..) => Ok(FieldKind::Choice(self.choices.clone())),
        }
    }

    fn field(&self) -> Result<FormField, String> {
        let mut labels = Vec::with_capacity(self.labels.len());
        for (language, label) in &self.labels {
            let language: Language = language.parse().map_err(|error| format!("labels: {error}"))?;
            labels.push((language, label.clone()));
        }
        let (name, needs_document) = (self.name.clone(), self.needs_document);
        let field = FormField { name, kind: self.kind()?, labels, needs_document };
        field.check().map_err(|error| error.to_string())?;
        Ok(field)
    }
}

/// The form; what is wrong with its fields is told one by one.
pub(super) fn form(settings: &[FormFieldSettings], wrong: &mut impl FnMut(&str, String)) -> PremisesForm {
    if settings.len() > MAX_FIELDS {
        wrong("provider.premises_form", format!("at most {MAX_FIELDS} fields are allowed"));
    }
    let mut form = PremisesForm::default();
    for (index, settings) in settings.iter().enumerate() {
        let mut wrong = |problem: String| wrong(&format!("provider.premises_form[{index}]"), problem);
        match settings.field() {
            Ok(field) if form.field(&field.name).is_some() => wrong("has the name of an earlier field".to_owned()),
            Ok(field) => form.fields.push(field),
            Err(problem) => wrong(problem),
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Form {
        field: Vec<FormFieldSettings>,
    }

    fn read(text: &str) -> (PremisesForm, Vec<String>) {
        let settings: Form = toml::from_str(text).unwrap();
        let mut problems = Vec::new();
        let form = form(&settings.field, &mut |field, problem| problems.push(format!("{field}: {problem}")));
        (form, problems)
    }

    #[test]
    fn a_form_is_read_field_by_field() {
        let (form, problems) = read(
            "[[field]]\nname = 'occupants'\nkind = 'integer'\nmin = 1\nmax = 20\nlabels = { en = 'Occupants' }\n\
             [[field]]\nname = 'holder'\nkind = 'text'\nneeds_document = true\n",
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(form.fields[0].kind, FieldKind::Integer { min: 1, max: 20 });
        assert_eq!(form.fields[0].label(Language::Slovenian), "Occupants");
        assert!(form.fields[1].needs_document && form.fields[1].kind == FieldKind::Text { max: TEXT });
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let (_, problems) = read(
            "[[field]]\nname = 'a'\nkind = 'integer'\n[[field]]\nname = 'b'\nkind = 'date'\nmin = 1\n\
             [[field]]\nname = 'c'\nkind = 'date'\n[[field]]\nname = 'c'\nkind = 'date'\n\
             [[field]]\nname = 'd'\nkind = 'date'\nlabels = { de = 'Tag' }\n",
        );
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems[0].starts_with("provider.premises_form[0]: a number needs"), "{problems:?}");
        assert!(problems[2].starts_with("provider.premises_form[3]: has the name"), "{problems:?}");
    }
}

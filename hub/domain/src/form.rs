//! The premises form: what customers may ask to have changed, declared by each provider.

mod field;

pub use field::{FieldKind, FormField, FormFieldError};

/// The most fields of a form.
pub const MAX_FIELDS: usize = 16;

/// A value that somebody filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledField {
    /// The field's name.
    pub field: String,
    /// The value as it was typed; tidied once it was examined.
    pub value: String,
}

/// What is wrong with a filled-in form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct FormProblem {
    /// The field's name as the form declares it, or as it was given where the form has none such.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The fields of a form, in the order in which they are shown; none where a provider has no such form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PremisesForm {
    /// The fields; their names differ.
    pub fields: Vec<FormField>,
}

impl PremisesForm {
    /// Holds what was filled in against the form: every problem at once, or the values as they count, in the form's order.
    pub fn examine(&self, filled: &[FilledField], documents: usize) -> Result<Vec<FilledField>, Vec<FormProblem>> {
        let mut problems = Vec::new();
        let mut problem =
            |field: &str, problem: String| problems.push(FormProblem { field: field.to_owned(), problem });
        for (index, one) in filled.iter().enumerate() {
            if self.field(&one.field).is_none() {
                problem(&one.field, "the form has no such field".to_owned());
            } else if filled[..index].iter().any(|earlier| earlier.field == one.field) {
                problem(&one.field, "is filled in twice".to_owned());
            }
        }
        let mut values = Vec::new();
        for field in &self.fields {
            let Some(one) = filled.iter().find(|one| one.field == field.name) else { continue };
            match field.kind.tidied(&one.value) {
                Ok(value) => values.push(FilledField { field: one.field.clone(), value }),
                Err(wrong) => problem(&field.name, wrong),
            }
            if field.needs_document && documents == 0 {
                problem(&field.name, "changes with a document only: attach one".to_owned());
            }
        }
        if filled.is_empty() {
            problem("", "nothing is filled in".to_owned());
        }
        if problems.is_empty() { Ok(values) } else { Err(problems) }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> PremisesForm {
        let field = |name: &str, kind, needs_document| FormField {
            name: name.to_owned(),
            kind,
            labels: Vec::new(),
            needs_document,
        };
        PremisesForm {
            fields: vec![
                field("holder", FieldKind::Text { max: 40 }, true),
                field("occupants", FieldKind::Integer { min: 1, max: 20 }, false),
                field("heating", FieldKind::Choice(vec!["gas".to_owned(), "none".to_owned()]), false),
            ],
        }
    }

    fn filled(values: &[(&str, &str)]) -> Vec<FilledField> {
        values.iter().map(|(field, value)| FilledField { field: (*field).into(), value: (*value).into() }).collect()
    }

    fn problems(values: &[(&str, &str)], documents: usize) -> Vec<String> {
        form().examine(&filled(values), documents).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_fits_comes_back_tidied_in_the_order_of_the_form() {
        let values = form().examine(&filled(&[("heating", "gas"), ("occupants", " 04 ")]), 0).unwrap();
        assert_eq!(values, filled(&[("occupants", "4"), ("heating", "gas")]));
        assert!(form().examine(&filled(&[("holder", "Ana")]), 1).is_ok());
    }

    #[test]
    fn every_problem_names_its_field_at_once() {
        let found = problems(&[("occupants", "21"), ("colour", "red"), ("holder", "Ana"), ("heating", "coal")], 0);
        assert_eq!(
            found,
            [
                "colour: the form has no such field",
                "holder: changes with a document only: attach one",
                "occupants: must be a whole number from 1 to 20",
                "heating: must be one of gas, none",
            ]
        );
        assert_eq!(problems(&[("occupants", "2"), ("occupants", "3")], 0), ["occupants: is filled in twice"]);
        assert_eq!(problems(&[], 3), [": nothing is filled in"]);
    }
}

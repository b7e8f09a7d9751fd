//! The checks that generated validators are made of.

use std::{
    ops::{Range, RangeInclusive},
    str::FromStr,
    sync::LazyLock,
};

use komunala_domain::EmailAddress;
use regex::Regex;

use super::{Validate, Violation};

/// More would only repeat what the first ones say, in an answer that somebody else made large.
const MOST: usize = 32;

/// The bounds of a text.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) min_chars: usize,
    pub(crate) min_bytes: usize,
    pub(crate) max_bytes: usize,
    pub(crate) shape: Shape,
    /// Whether an empty text passes whatever the other bounds say.
    pub(crate) optional: bool,
}

/// What a text looks like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// It matches a regular expression.
    Pattern(&'static LazyLock<Regex>),
    /// It is an e-mail address that mail can be sent to.
    Email,
    /// It is a UUID with its dashes.
    Uuid,
}

/// The fields that were found out of their bounds, and where the search is.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    prefix: String,
    found: Vec<Violation>,
}

impl Violations {
    pub(crate) fn into_inner(self) -> Vec<Violation> {
        self.found
    }

    pub(crate) fn text(&mut self, field: &str, value: &str, bounds: &Text) {
        if let Some(description) = wrong(value, bounds) {
            self.note(field, description);
        }
    }

    pub(crate) fn texts(&mut self, field: &str, values: &[String], bounds: &Text) {
        // count() has noted what lies behind
        for (index, value) in values.iter().take(MOST).enumerate() {
            if let Some(description) = wrong(value, bounds) {
                self.note(&format!("{field}[{index}]"), description);
            }
        }
    }

    pub(crate) fn bytes(&mut self, field: &str, length: usize, most: usize) {
        if length > most {
            self.note(field, format!("must have at most {most} bytes"));
        }
    }

    pub(crate) fn integer(&mut self, field: &str, value: i32, bounds: RangeInclusive<i64>) {
        if !bounds.contains(&i64::from(value)) {
            self.note(field, format!("must be from {} to {}", bounds.start(), bounds.end()));
        }
    }

    pub(crate) fn moment(&mut self, field: &str, value: Option<&prost_types::Timestamp>, bounds: Range<i64>) {
        if value.is_some_and(|at| !bounds.contains(&at.seconds) || !(0..1_000_000_000).contains(&at.nanos)) {
            self.note(field, "must be a moment within the documented years".to_owned());
        }
    }

    pub(crate) fn choice(&mut self, field: &str, value: i32, defined: bool, refused: &[i32]) {
        if !defined {
            self.note(field, "must be one of the defined values".to_owned());
        } else if refused.contains(&value) {
            self.note(field, "must be specified".to_owned());
        }
    }

    pub(crate) fn count(&mut self, field: &str, count: usize, bounds: RangeInclusive<usize>) {
        if !bounds.contains(&count) {
            self.note(field, format!("must have from {} to {} items", bounds.start(), bounds.end()));
        }
    }

    pub(crate) fn presence(&mut self, field: &str, present: bool) {
        if !present {
            self.note(field, "is required".to_owned());
        }
    }

    pub(crate) fn each(&mut self, field: &str, items: &[impl Validate]) {
        // count() has noted what lies behind
        for (index, item) in items.iter().take(MOST).enumerate() {
            self.inside(format!("{field}[{index}]."), item);
        }
    }

    pub(crate) fn one(&mut self, field: &str, item: &Option<impl Validate>) {
        if let Some(item) = item {
            self.inside(format!("{field}."), item);
        }
    }

    pub(crate) fn mask(&mut self, field: &str, mask: Option<&prost_types::FieldMask>, paths: &[&str]) {
        let Some(mask) = mask else { return };
        if mask.paths.len() > MOST || !mask.paths.iter().all(|path| paths.contains(&path.as_str())) {
            self.note(field, format!("must name no more than {}", paths.join(", ")));
        }
    }

    fn inside(&mut self, segment: String, item: &impl Validate) {
        let outer = self.prefix.len();
        self.prefix += &segment;
        item.check(self);
        self.prefix.truncate(outer);
    }

    fn note(&mut self, field: &str, description: String) {
        if self.found.len() < MOST {
            self.found.push(Violation { field: format!("{}{field}", self.prefix), description });
        }
    }
}

fn wrong(value: &str, bounds: &Text) -> Option<String> {
    if bounds.optional && value.is_empty() {
        return None;
    }
    // length first: nothing below looks at more than that
    if value.len() > bounds.max_bytes {
        return Some(format!("must have at most {} bytes", bounds.max_bytes));
    }
    if value.len() < bounds.min_bytes {
        return Some(format!("must have at least {} bytes", bounds.min_bytes));
    }
    if value.chars().count() < bounds.min_chars {
        return Some(format!("must have at least {} characters", bounds.min_chars));
    }
    match bounds.shape {
        Shape::Pattern(pattern) if !pattern.is_match(value) => Some(format!("must match {}", pattern.as_str())),
        Shape::Email if EmailAddress::from_str(value).is_err() => Some("must be an e-mail address".to_owned()),
        Shape::Uuid if value.len() != 36 || uuid::Uuid::try_parse(value).is_err() => {
            Some("must be a UUID with its dashes".to_owned())
        }
        _ => None,
    }
}

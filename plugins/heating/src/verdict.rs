//! What is wrong with a file, said so that its sender can find it.

use std::{fmt::Display, io};

use komunala_adapter_sdk::{Error, FieldViolation};

use crate::file_name::FileName;

/// Most things that are said of one file: the sender has to make it anew anyway.
const MAX_VIOLATIONS: usize = 12;

/// Everything that does not fit about one file.
#[derive(Debug)]
pub(crate) struct Verdict {
    file: String,
    violations: Vec<FieldViolation>,
}

impl Verdict {
    pub(crate) fn new(name: &FileName) -> Self {
        Self { file: name.file(), violations: Vec::new() }
    }

    /// Something about the file as a whole.
    pub(crate) fn whole(&mut self, code: &'static str, what: impl Display) {
        let message = format!("{}: {what}", self.file);
        self.add(code, &message);
    }

    /// Something about one of its lines, counted from 1.
    pub(crate) fn line(&mut self, number: u64, code: &'static str, what: impl Display) {
        let message = format!("{}, line {number}: {what}", self.file);
        self.add(code, &message);
    }

    fn add(&mut self, code: &'static str, message: &str) {
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations.push(FieldViolation::new("file", code, message));
        }
    }

    /// [`Error::Rejected`] with what was found about all parts of a file, if anything was.
    pub(crate) fn all(verdicts: impl IntoIterator<Item = Self>) -> Result<(), Error> {
        let violations: Vec<_> = verdicts.into_iter().flat_map(|verdict| verdict.violations).collect();
        if violations.is_empty() { Ok(()) } else { Err(Error::Rejected(violations)) }
    }
}

/// The contract's error for a folder that does not do what it should.
pub(crate) fn unreadable(what: impl Display) -> impl FnOnce(io::Error) -> Error {
    move |error| match error.kind() {
        // whoever sends a file again takes it away first
        io::ErrorKind::NotFound => Error::conflict(format_args!("{what} was taken away")),
        kind => Error::upstream(format_args!("{what}: {kind}")),
    }
}

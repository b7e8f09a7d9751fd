//! What is tried with adapters that exchange files.

use serde::Deserialize;

/// Files with something wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flawed {
    /// The kind of flaw: `check/subjects.toml` says under `[[flaws.NAME]]` how it comes about.
    pub flaw: String,
    /// What must become of a file that it hits.
    pub fate: Fate,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is not listed for the time being, and the operator is told.
    Held,
    /// It is rejected whole, before its first row.
    Refused,
    /// Some of its rows are put aside, each with a problem, and the others are what they were.
    Aside,
    /// Its rows are what they were.
    Same,
    /// It is the file of the same place, with another fingerprint.
    Again,
}

/// How a hand-over goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandOver {
    /// Another one at once finds nothing to hand over.
    Once,
    /// The next day everything was taken over.
    Taken,
    /// The next day everything was refused.
    Refused,
    /// No answer comes.
    Unanswered,
}

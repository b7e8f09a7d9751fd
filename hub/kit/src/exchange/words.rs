//! What `check/subjects.toml` says of an exchange of files: how files are sealed, what can be wrong with them, and what
//! the billing system answers to those that it is handed.

use serde::Deserialize;

use super::{Edit, seal::Seal};

/// `[exchange]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeWords {
    /// How files are sealed; none: they are complete as they lie there.
    pub seal: Option<Seal>,
    /// Days without an answer after which a file is handed over again.
    pub patience: Option<i64>,
    /// How the billing system answers.
    pub answer: Option<AnswerWords>,
}

/// `[exchange.answer]`: a text file with a line for every row that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerWords {
    /// Where it lies: `ack/{id}.csv`, with the id of the file that was handed over.
    pub file: String,
    /// What stands before the rows.
    #[serde(default)]
    pub header: String,
    /// A row with its end: `{row}` counts from 1, `{customer}` is the test customer, `{answer}` one of those below.
    pub row: String,
    /// What stands behind the rows: `{rows}` is their number.
    #[serde(default)]
    pub footer: String,
    /// The answer to what was taken over.
    pub taken: String,
    /// The answer to what was refused.
    pub refused: String,
}

/// One thing that can be wrong with the files, under the name of the kind of flaw: `[[flaws.NAME]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flaw {
    /// What is wrong, in words.
    pub what: String,
    /// The files that it hits, by the ids under which the adapter lists them. All others stay as they are.
    #[serde(default)]
    pub hits: Vec<String>,
    /// How it comes about.
    pub edits: Vec<Edit>,
    /// Whether nobody has to be told: whoever is still writing is not late.
    #[serde(default)]
    pub untold: bool,
}

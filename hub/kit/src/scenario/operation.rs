//! An operation of the contract as the check calls it: `plugins/check/operations.toml`.

use serde::Deserialize;
use serde_json::Value as Json;

/// An operation and its arguments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationRow {
    /// `invoices.get-invoice`.
    pub name: String,
    /// What it does.
    pub kind: OperationKind,
    /// Its arguments; texts that begin with `$` name subjects.
    pub with: Vec<Json>,
    /// Of a write: other arguments, for the same key.
    pub other: Option<Vec<Json>>,
    /// Of a list: how it is paged.
    pub list: Option<ListShape>,
    /// Of a write: how the hub asks what became of it.
    pub resolve: Option<Resolution>,
    /// Of a write: setting it twice is the same as once.
    #[serde(default)]
    pub natural: bool,
    /// Whether a scenario of steps tries it, because its arguments come out of another answer.
    #[serde(default)]
    pub by_step: bool,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationKind {
    /// Changes nothing.
    Question,
    /// Changes something.
    Write,
}

/// Where the parts of a paged list stand, as JSON pointers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListShape {
    /// Among the arguments: the cursor.
    pub cursor: String,
    /// Among the arguments: the size; none where the adapter decides how long a page is.
    pub size: Option<String>,
    /// In the answer: the items.
    pub items: String,
    /// In the answer: the next cursor.
    pub next: String,
    /// In the answer of a feed, whose cursor never ends: whether this is the end.
    pub at_end: Option<String>,
}

/// How a write whose outcome is unknown is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The operation; `null` in its answer says that there was no such write.
    pub call: String,
    /// Its arguments.
    pub with: Vec<Json>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    operations: Vec<OperationRow>,
}

pub(super) fn read(text: &str) -> Vec<OperationRow> {
    let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("plugins/check/operations.toml: {error}"));
    file.operations
}

impl OperationRow {
    /// The capability that it belongs to.
    pub fn capability(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

//! One call of a scenario and what must come back.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

/// A call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The operation.
    pub call: String,
    /// Its arguments.
    pub with: Vec<Json>,
    /// `value`, or cases of the contract's error.
    pub expect: Vec<String>,
    /// What must stand in the answer.
    #[serde(default)]
    pub find: Vec<Find>,
    /// What later steps call `$saved.NAME`, by where it stands in the answer.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// Whether it is left out where one of its subjects is missing.
    #[serde(default)]
    pub optional: bool,
}

/// A value in an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// Where, as a JSON pointer.
    pub at: String,
    /// What must stand there.
    pub is: Json,
}

//! The contract's values as JSON: what an author types and reads.
//!
//! | contract | JSON |
//! |---|---|
//! | record | an object; a field that may be missing can be left out |
//! | option | the value, or `null` |
//! | enum, case of a variant without a value | its name |
//! | case of a variant with a value | `{"case": value}` |
//! | `date`, `period`, `decimal`, `instant` | `"2024-08-03"`, `"2024-08"`, `"706.77"`, `"2024-08-03T10:00:00Z"` |
//! | bytes | `{"bytes": 83211, "sha256": "…", "begins": "%PDF-1.4"}`: shown, never typed |

mod read;
mod short;
mod show;

use serde_json::Value as Json;
use wasmtime::component::Val;

use super::Operation;

pub(super) use read::expected;
pub(super) use show::shown;

/// What is wrong with the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// The adapter has no such function.
    #[error("the adapter has no operation {0}")]
    Operation(String),
    /// Too many or too few.
    #[error("{operation} takes {expected} arguments and was given {given}: it takes {names}")]
    Count {
        /// The function.
        operation: String,
        /// How many it takes.
        expected: usize,
        /// How many there were.
        given: usize,
        /// What they are called.
        names: String,
    },
    /// Not what the contract says there.
    #[error("argument {place} must be {expected}")]
    Type {
        /// Which one, with dots inward.
        place: String,
        /// What it must be.
        expected: String,
    },
}

/// Arguments in the types of an operation's parameters.
pub(super) fn arguments(operation: &Operation, given: &[Json]) -> Result<Vec<Val>, ArgumentError> {
    let parameters = &operation.parameters;
    if parameters.len() != given.len() {
        let names: Vec<_> =
            parameters.iter().map(|parameter| format!("{} ({})", parameter.name, parameter.expected())).collect();
        return Err(ArgumentError::Count {
            operation: operation.name.clone(),
            expected: parameters.len(),
            given: given.len(),
            names: names.join(", "),
        });
    }
    parameters.iter().zip(given).map(|(parameter, json)| read::value(&parameter.ty, json, &parameter.name)).collect()
}

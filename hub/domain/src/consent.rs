//! What somebody agreed to.

use serde::{Deserialize, Serialize};

/// A published document that a provider wants accepted: terms of use, a privacy statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentVersion {
    /// Its short name, such as `terms` or `privacy`.
    pub document: String,
    /// Its version, such as `2024-05`.
    pub version: String,
}

//! How a provider takes readings, besides the days on which it does.

use serde::Deserialize;

use super::Unusual;

/// How a provider takes readings; the section `[provider.readings]` of its settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadingPolicy {
    /// From where on a use is unusual, in percent of the same season a year before:
    /// `{ high_percent = 200, low_percent = 50 }`.
    pub unusual: Unusual,
    /// Whether customers are told by mail that a reading of theirs was taken, or was refused after all.
    pub confirm_by_mail: bool,
}

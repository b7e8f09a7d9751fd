//! A file of an exchange, as a recording knows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A file that the billing system left, or that was left for it. Texts lie in `folders` beside the recording, so that
/// people can read them; everything else is in the recording itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFile {
    /// When it was written.
    pub modified: Timestamp,
    /// Of its bytes, in hex: a version control that changes line ends is found out.
    pub sha256: String,
    /// In base64, where it is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

//! What somebody agreed to.

use serde::{Deserialize, Serialize};

use crate::Sha256;

/// A published document that a provider wants accepted: terms of use, a privacy statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentVersion {
    /// Its short name, such as `terms` or `privacy`.
    pub document: String,
    /// Its version, such as `2024-05`.
    pub version: String,
}

/// A document in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedDocument {
    /// Which document, and its version.
    pub version: DocumentVersion,
    /// The digest of its text, where the hub was given the text.
    pub sha256: Option<Sha256>,
    /// Where it can be read.
    pub uri: Option<String>,
}

impl PublishedDocument {
    /// Whether this is what somebody accepted: the version, and where both digests are known the text to the byte.
    pub fn is(&self, version: &DocumentVersion, sha256: Option<Sha256>) -> bool {
        let same_text = self.sha256.zip(sha256).is_none_or(|(published, accepted)| published == accepted);
        self.version == *version && same_text
    }
}

/// A document that somebody accepted, as their portal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Which document, and the version that was shown.
    pub document: DocumentVersion,
    /// Whether the box was ticked before the person touched it: that is no consent, and must be known.
    pub pre_ticked: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_or_another_text_is_another_document() {
        let version = |version: &str| DocumentVersion { document: "terms".into(), version: version.into() };
        let published = PublishedDocument { version: version("2024-05"), sha256: Some(Sha256([1; 32])), uri: None };
        assert!(published.is(&version("2024-05"), Some(Sha256([1; 32]))));
        assert!(published.is(&version("2024-05"), None), "accepted before the text was known");
        assert!(!published.is(&version("2024-05"), Some(Sha256([2; 32]))));
        assert!(!published.is(&version("2023-01"), Some(Sha256([1; 32]))));
    }
}

//! A document that a provider's customers accept. Its text is hashed when the settings are applied.

use std::path::PathBuf;

use komunala_app::credentials::portal_key::sha256;
use komunala_domain::consent::{DocumentVersion, PublishedDocument};
use serde::Deserialize;

/// The most bytes of a document.
const MAX_BYTES: usize = 4 << 20;

/// A document that is to be accepted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentSettings {
    /// Its short name: `terms`, `privacy`.
    pub document: String,
    /// Its version in force.
    pub version: String,
    /// The file with its text: its digest stands in every consent.
    pub file: Option<PathBuf>,
    /// Where people can read it.
    pub uri: Option<String>,
}

impl DocumentSettings {
    /// The document with the digest of its text. A path must be whole.
    pub(super) fn published(&self) -> Result<PublishedDocument, String> {
        let word = |text: &str, more: &[u8]| {
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
        };
        if !word(&self.document, b"-_") || self.document.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err("its name is made of 1 to 64 lower-case letters, digits, `-` and `_`".to_owned());
        }
        if !word(&self.version, b".:-_") {
            return Err("its version is made of 1 to 64 letters, digits, `.`, `:`, `-` and `_`".to_owned());
        }
        if self.uri.as_deref().is_some_and(|uri| !is_web_address(uri)) {
            return Err("its uri is no web address of at most 1000 bytes".to_owned());
        }
        let digest = match &self.file {
            None => None,
            Some(path) => {
                let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
                if text.is_empty() || text.len() > MAX_BYTES {
                    return Err(format!("{} has not between 1 and {MAX_BYTES} bytes", path.display()));
                }
                Some(sha256(&text))
            }
        };
        let version = DocumentVersion { document: self.document.clone(), version: self.version.clone() };
        Ok(PublishedDocument { version, sha256: digest, uri: self.uri.clone() })
    }
}

fn is_web_address(uri: &str) -> bool {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"));
    uri.len() <= 1000 && rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(file: Option<PathBuf>) -> DocumentSettings {
        DocumentSettings { document: "terms".into(), version: "2024-05".into(), file, uri: None }
    }

    #[test]
    fn a_text_is_known_by_its_digest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("terms.txt");
        std::fs::write(&path, "abc").unwrap();
        let published = terms(Some(path)).published().unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(published.sha256.unwrap().to_string(), expected);
        assert_eq!(terms(None).published().unwrap().sha256, None);
    }

    #[test]
    fn what_is_missing_or_odd_is_said() {
        assert!(terms(Some("/nowhere/terms.txt".into())).published().unwrap_err().starts_with("/nowhere/terms.txt: "));
        assert!(DocumentSettings { document: "Terms".into(), ..terms(None) }.published().is_err());
        assert!(DocumentSettings { version: "May 2024".into(), ..terms(None) }.published().is_err());
        assert!(DocumentSettings { uri: Some("terms.pdf".into()), ..terms(None) }.published().is_err());
    }
}

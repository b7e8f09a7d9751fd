//! What says that a file is complete: another file beside it, with its size or its digest.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::rewrite::rewrite;

/// How files of an exchange are sealed, in the words of `check/subjects.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// In the place of the file's own extension.
    pub extension: String,
    /// What stands in it, with `{bytes}` and `{sha256}`.
    pub content: String,
}

impl Seal {
    /// Where the seal of a file stands.
    pub(crate) fn of(&self, file: &Path) -> PathBuf {
        file.with_extension(&self.extension)
    }

    /// Whether a file is a seal itself.
    pub(crate) fn is(&self, file: &Path) -> bool {
        file.extension().is_some_and(|extension| extension == self.extension.as_str())
    }

    /// Seals a file as it is now.
    pub(crate) fn put(&self, file: &Path) -> io::Result<()> {
        rewrite(&self.of(file), self.line(file)?)
    }

    /// Whether a file is what its seal says; line ends do not matter.
    pub(crate) fn fits(&self, file: &Path) -> io::Result<bool> {
        let said = fs::read_to_string(self.of(file))?;
        Ok(said.trim_end().eq_ignore_ascii_case(self.line(file)?.trim_end()))
    }

    fn line(&self, file: &Path) -> io::Result<String> {
        let bytes = fs::read(file)?;
        let digest = hex::encode(&Sha256::digest(&bytes)[..]);
        Ok(self.content.replace("{bytes}", &bytes.len().to_string()).replace("{sha256}", &digest))
    }
}

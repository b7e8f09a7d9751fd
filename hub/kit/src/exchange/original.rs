//! A file as it was before the check touched it.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::recording::{RecordedFile, RecordingError};

/// A file and its time, which says to some adapters when it came.
#[derive(Debug)]
pub(super) struct Original {
    content: Content,
    modified: SystemTime,
}

#[derive(Debug)]
enum Content {
    /// It lies there, and may be large.
    There(PathBuf),
    Here(Vec<u8>),
}

/// Every file below `source`, by the name that it has in the folder `name`.
pub(super) fn below(source: &Path, name: &str, originals: &mut BTreeMap<String, Original>) -> io::Result<()> {
    for entry in fs::read_dir(source)? {
        let path = entry?.path();
        let name = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            below(&path, &name, originals)?;
        } else {
            let modified = fs::metadata(&path)?.modified()?;
            originals.insert(name, Original { content: Content::There(path), modified });
        }
    }
    Ok(())
}

impl Original {
    /// A file of a recording, which has to be what it was.
    pub(super) fn recorded(name: &str, file: &RecordedFile, folders: Option<&Path>) -> Result<Self, RecordingError> {
        let content = match (&file.content, folders) {
            (Some(base64), _) => {
                let bytes = BASE64_STANDARD.decode(base64).map_err(|_| RecordingError::Damaged(name.to_owned()))?;
                Content::Here(bytes)
            }
            (None, Some(folders)) => Content::There(folders.join(name)),
            (None, None) => return Err(RecordingError::Damaged(name.to_owned())),
        };
        let original = Self { content, modified: file.modified.into() };
        let bytes = original.bytes().map_err(|error| RecordingError::File(name.to_owned(), error))?;
        if digest(&bytes) == file.sha256 { Ok(original) } else { Err(RecordingError::Damaged(name.to_owned())) }
    }

    /// Writes it, with its time.
    pub(super) fn put(&self, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        match &self.content {
            Content::There(source) => fs::copy(source, path).map(|_| ())?,
            Content::Here(bytes) => fs::write(path, bytes)?,
        }
        File::options().write(true).open(path)?.set_modified(self.modified)
    }

    pub(super) fn to_recorded(&self) -> io::Result<RecordedFile> {
        let bytes = self.bytes()?;
        let content = if is_text(&bytes) { None } else { Some(BASE64_STANDARD.encode(&bytes)) };
        let modified = Timestamp::try_from(self.modified).map_err(io::Error::other)?;
        Ok(RecordedFile { modified, sha256: digest(&bytes), content })
    }

    /// Whether people can read it, in whatever code page.
    pub(super) fn is_text(&self) -> io::Result<bool> {
        Ok(is_text(&self.bytes()?))
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        match &self.content {
            Content::There(path) => fs::read(path),
            Content::Here(bytes) => Ok(bytes.clone()),
        }
    }
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| !byte.is_ascii_control() || matches!(byte, b'\r' | b'\n' | b'\t'))
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..])
}

//! An adapter's folder: `adapter.toml`, the component beside it, and `check/`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use komunala_sandbox::{Manifest, ManifestError};

/// The component that `komunala adapter build` leaves beside the manifest.
pub(crate) const COMPONENT: &str = "adapter.wasm";

/// A folder with an adapter in it.
#[derive(Debug, Clone)]
pub struct AdapterFolder {
    /// Where it is.
    pub path: PathBuf,
    /// What its `adapter.toml` says.
    pub manifest: Manifest,
}

/// Why a folder is no adapter's.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no manifest.
    #[error("{0} has no adapter.toml: go to the adapter's folder, or name it with --folder")]
    NoManifest(PathBuf),
    /// The manifest is wrong.
    #[error("{path}: {cause}", path = .path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        cause: ManifestError,
    },
    /// The component was not built.
    #[error("there is no component at {0}: run `komunala adapter build` first")]
    NoComponent(PathBuf),
    /// A file cannot be read.
    #[error("{path}: {cause}", path = .path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

impl AdapterFolder {
    /// Reads the manifest in `path`.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let file = path.join("adapter.toml");
        if !file.is_file() {
            return Err(FolderError::NoManifest(path.to_owned()));
        }
        let text = fs::read_to_string(&file).map_err(|cause| FolderError::Read { path: file.clone(), cause })?;
        let manifest = text.parse().map_err(|cause| FolderError::Manifest { path: file, cause })?;
        Ok(Self { path: path.to_owned(), manifest })
    }

    /// The component, as the last build left it.
    pub fn component(&self) -> Result<Vec<u8>, FolderError> {
        let path = self.path.join(COMPONENT);
        if !path.is_file() {
            return Err(FolderError::NoComponent(path));
        }
        fs::read(&path).map_err(|cause| FolderError::Read { path, cause })
    }

    /// Where what the check needs to know stands.
    pub fn check(&self) -> PathBuf {
        self.path.join("check")
    }

    /// The recording that the check runs against where no billing system is named.
    pub fn recording(&self) -> PathBuf {
        self.check().join("recording.json")
    }
}

//! Compiled code on disk: compiling takes 60 ms (Python: seconds), loading 0.3 ms.
//!
//! Loading compiled code runs it, so a file is trusted only if this hub wrote it: it carries an HMAC-SHA-256 under a key
//! that lies in a file only the hub's user can read, over the component's digest, the engine's compatibility hash and
//! the code. The folder must belong to the hub's user and be writable for nobody else. A file that is damaged,
//! truncated, of another engine or signed by somebody else is removed, and the component is compiled again.
//!
//! A file is `MAGIC ‖ HMAC ‖ code`, named `{digest}-{engine}.cwasm`, and written under another name first, so that
//! nobody reads half of one; replicas may share a folder.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use komunala_domain::Sha256 as Digest;
use sha2::Sha256;
use wasmtime::component::Component;

const MAGIC: &[u8; 8] = b"kmncode2";
const KEY_BYTES: usize = 32;
const MAC_BYTES: usize = 32;

/// More than any component compiles to (a Python one: 60 MB); bounds what is read before it is checked.
const MAX_CODE: u64 = 512 * 1024 * 1024;

/// Why a folder cannot hold compiled code.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Somebody else could put code there.
    #[error("the code cache {0} belongs to another user or is writable for others")]
    Exposed(PathBuf),
    /// The folder or its key cannot be made or read.
    #[error("the code cache {path} cannot be used")]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// A folder of compiled code.
pub struct CodeCache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
}

impl CodeCache {
    /// Opens a folder, making it and its key if they are missing.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, CacheError> {
        let folder = folder.into();
        let failed = |source| CacheError::Io { path: folder.clone(), source };
        make_private_folder(&folder).map_err(failed)?;
        let key = read_or_make_key(&folder).map_err(failed)?;
        if !is_private(&folder).map_err(failed)? {
            return Err(CacheError::Exposed(folder));
        }
        Ok(Self { folder, key })
    }

    /// The compiled component, if there is a sound file of it.
    pub(super) fn load(&self, engine: &wasmtime::Engine, digest: &Digest) -> Option<Component> {
        let path = self.path(engine, digest);
        match self.read(engine, digest, &path) {
            Ok(component) => Some(component),
            Err(Unusable::Absent) => None,
            Err(Unusable::Unsound(reason)) => {
                tracing::warn!(%digest, reason, "compiled code is discarded and made again");
                // if it cannot be removed, the next write replaces it
                let _ = std::fs::remove_file(&path);
                None
            }
        }
    }

    /// Keeps compiled code. A cache that cannot be written costs time only, so failures are logged and forgotten.
    pub(super) fn store(&self, engine: &wasmtime::Engine, digest: &Digest, component: &Component) {
        let written = component
            .serialize()
            .map_err(io::Error::other)
            .and_then(|code| self.write(&self.path(engine, digest), &self.mac(engine, digest, &code), &code));
        if let Err(error) = written {
            tracing::warn!(%digest, %error, "compiled code cannot be kept");
        }
    }

    fn path(&self, engine: &wasmtime::Engine, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{digest}-{:016x}.cwasm", engine_hash(engine)))
    }

    fn mac(&self, engine: &wasmtime::Engine, digest: &Digest, code: &[u8]) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.key)
            .expect("HMAC takes keys of every length")
            .chain_update(MAGIC)
            .chain_update(digest.0)
            .chain_update(engine_hash(engine).to_le_bytes())
            .chain_update(code)
    }

    fn read(&self, engine: &wasmtime::Engine, digest: &Digest, path: &Path) -> Result<Component, Unusable> {
        let size = std::fs::metadata(path).map_err(|_| Unusable::Absent)?.len();
        if size > MAX_CODE {
            return Err(Unusable::Unsound("too large"));
        }
        let file = std::fs::read(path).map_err(|_| Unusable::Absent)?;
        let rest = file.strip_prefix(MAGIC).ok_or(Unusable::Unsound("no code of this hub"))?;
        let (mac, code) = rest.split_at_checked(MAC_BYTES).ok_or(Unusable::Unsound("truncated"))?;
        self.mac(engine, digest, code)
            .verify_slice(mac)
            .map_err(|_| Unusable::Unsound("damaged, or written by somebody else"))?;
        // SAFETY: the bytes come from `Component::serialize` of an engine with the same compatibility hash: the MAC
        // covers both, and its key is readable for the hub's user alone.
        #[allow(unsafe_code, reason = "loading compiled code has no safe form; the MAC above is what makes it sound")]
        let component = unsafe { Component::deserialize(engine, code) };
        component.map_err(|_| Unusable::Unsound("not for this engine"))
    }

    fn write(&self, path: &Path, mac: &Hmac<Sha256>, code: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&mac.clone().finalize().into_bytes())?;
        file.write_all(code)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl std::fmt::Debug for CodeCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeCache").field("folder", &self.folder).finish_non_exhaustive()
    }
}

enum Unusable {
    Absent,
    Unsound(&'static str),
}

fn engine_hash(engine: &wasmtime::Engine) -> u64 {
    // may differ after an update of the compiler of this hub: then code is made again, which is right
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Whether folder and key belong to one user, and nobody else can write the one or read the other.
#[cfg(unix)]
fn is_private(folder: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    // a file that is made now has the owner this process writes as
    let own = tempfile::NamedTempFile::new_in(folder)?.as_file().metadata()?.uid();
    let key = std::fs::symlink_metadata(key_path(folder))?;
    let folder = std::fs::metadata(folder)?;
    Ok(folder.uid() == own
        && folder.mode() & 0o022 == 0
        && key.is_file()
        && key.uid() == own
        && key.mode() & 0o077 == 0)
}

fn key_path(folder: &Path) -> PathBuf {
    folder.join("cache.key")
}

fn read_or_make_key(folder: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let path = key_path(folder);
    if !path.exists() {
        // temporary files are readable for their owner alone; a replica that was quicker keeps its key
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&rand::random::<[u8; KEY_BYTES]>())?;
        match file.persist_noclobber(&path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(error.error),
            _ => {}
        }
    }
    let key = std::fs::read(path)?;
    key.try_into().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "cache.key is damaged"))
}

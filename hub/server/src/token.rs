//! The operators' token: a file that is made when it is missing.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use komunala_app::operator::{BootstrapToken, TokenTooShort};
use secrecy::{ExposeSecret, SecretString};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be made or read.
    #[error("operator.token_file: {path}: {cause}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// It holds no token.
    #[error("operator.token_file: {path}: {cause}", path = .path.display())]
    Short {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: TokenTooShort,
    },
}

/// The token in a file, which is made with a new one when it is missing.
pub(crate) fn read_or_make(path: &Path) -> Result<BootstrapToken, TokenError> {
    let failed = |cause| TokenError::File { path: path.to_owned(), cause };
    match make(path) {
        Ok(()) => {
            tracing::warn!(path = %path.display(), "a token for operators was made; whoever reads this file runs the hub")
        }
        // it was here before, or another replica was quicker
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), mode = format!("{:o}", mode & 0o777), "the operators' token can be read by others on this machine");
    }
    let token = read(path).map_err(failed)?;
    tracing::info!(path = %path.display(), "operators show the token of this file");
    BootstrapToken::new(&token).map_err(|cause| TokenError::Short { path: path.to_owned(), cause })
}

/// The token in a file; a line break at its end does not count.
pub(crate) fn read(path: &Path) -> std::io::Result<SecretString> {
    Ok(fs::read_to_string(path)?.trim_end_matches(['\r', '\n']).to_owned().into())
}

/// Makes the file in one step, so that nobody finds it empty, and for its owner's eyes only from the start.
fn make(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    static MADE: AtomicU32 = AtomicU32::new(0);
    let nth = MADE.fetch_add(1, Ordering::Relaxed);
    let half = path.with_extension(format!("{}-{nth}.part", std::process::id()));
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half).and_then(|mut file| {
        writeln!(file, "{}", BootstrapToken::generate().expose_secret())?;
        file.sync_all()?;
        fs::hard_link(&half, path)
    });
    let removed = fs::remove_file(&half);
    made.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_for_its_owners_eyes_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("operator.token");
        assert!(read_or_make(&path).is_ok());
        let first = fs::read_to_string(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(read_or_make(&path).is_ok());
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_without_a_token_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("operator.token");
        fs::write(&path, "\n").unwrap();
        assert!(matches!(read_or_make(&path), Err(TokenError::Short { .. })));
    }
}

//! The settings files that a hub is started with.

use std::path::{Path, PathBuf};

use komunala_app::ports::workshop::{Origin, SettingsText};

/// Why the settings files could not be used. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read.
    #[error("{path}: {cause}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// A pattern names no file.
    #[error("no settings file is named {0}")]
    NoFile(String),
}

/// The texts of the files that `patterns` name, relative to `base`. A pattern is a path whose last part may begin with
/// `*`.
pub fn texts(base: &Path, patterns: &[String]) -> Result<Vec<SettingsText>, SettingsError> {
    let mut texts = Vec::new();
    for pattern in patterns {
        for path in files(base, pattern)? {
            let text =
                std::fs::read_to_string(&path).map_err(|cause| SettingsError::Read { path: path.clone(), cause })?;
            texts.push(SettingsText { text: text.into(), origin: Origin::File(path) });
        }
    }
    Ok(texts)
}

fn files(base: &Path, pattern: &str) -> Result<Vec<PathBuf>, SettingsError> {
    let path = base.join(pattern);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(ending) = name.strip_prefix('*') else {
        return Ok(vec![path]);
    };
    let folder = path.parent().unwrap_or(base);
    let entries = std::fs::read_dir(folder).map_err(|_| SettingsError::NoFile(path.display().to_string()))?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file() && path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    match found.is_empty() {
        true => Err(SettingsError::NoFile(path.display().to_string())),
        false => Ok(found),
    }
}

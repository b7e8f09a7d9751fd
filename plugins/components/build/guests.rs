//! What there is to build: every folder with an `adapter.toml` in `plugins` and in `tests/guests`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A crate that becomes a component.
pub(crate) struct Guest {
    /// the name of its folder
    pub(crate) name: String,
    /// the name of its package
    pub(crate) package: String,
    pub(crate) folder: PathBuf,
}

/// All of them, by name.
pub(crate) fn find(root: &Path) -> io::Result<Vec<Guest>> {
    let mut guests = Vec::new();
    for parent in ["plugins", "tests/guests"] {
        for entry in fs::read_dir(root.join(parent))? {
            let folder = entry?.path();
            if folder.join("adapter.toml").is_file() {
                guests.push(read(folder)?);
            }
        }
    }
    guests.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(guests)
}

fn read(folder: PathBuf) -> io::Result<Guest> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    // The first `name` of a manifest is the package's; a parser of TOML would be this crate's only dependency.
    let package = text
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .ok_or_else(|| io::Error::other(format!("{} names no package", manifest.display())))?
        .to_owned();
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Guest { name, package, folder })
}

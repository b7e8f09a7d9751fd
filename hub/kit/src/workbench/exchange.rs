//! The folders of an adapter that exchanges files, in a temporary place: a check never touches the author's own.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use komunala_sandbox::{Manifest, Policy};
use tempfile::TempDir;

use crate::AdapterFolder;

/// Copies of the folders that the adapter asks for.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Where each one's content comes from.
    sources: BTreeMap<String, PathBuf>,
    copies: TempDir,
}

impl Exchange {
    /// Copies each folder that the manifest asks for: the operator's where `policy` names one, else the one of the same
    /// name in `check/folders`, else an empty one.
    pub(super) fn prepare(folder: &AdapterFolder, policy: &Policy) -> io::Result<Self> {
        let source = |name: &String| {
            let own = folder.check().join("folders").join(name);
            (name.clone(), policy.folders.get(name).cloned().unwrap_or(own))
        };
        let sources = folder.manifest.folders.keys().map(source).collect();
        let exchange = Self { sources, copies: TempDir::new()? };
        exchange.restore()?;
        Ok(exchange)
    }

    /// Puts everything back as it was.
    pub(crate) fn restore(&self) -> io::Result<()> {
        for (name, source) in &self.sources {
            let copy = self.copies.path().join(name);
            if copy.exists() {
                fs::remove_dir_all(&copy)?;
            }
            fs::create_dir_all(&copy)?;
            if source.is_dir() {
                copy_all(source, &copy)?;
            }
        }
        Ok(())
    }

    /// By the manifest's names.
    pub(super) fn folders(&self, manifest: &Manifest) -> BTreeMap<String, PathBuf> {
        manifest.folders.keys().map(|name| (name.clone(), self.copies.path().join(name))).collect()
    }

    /// Every file in them, by its path; in order.
    pub(crate) fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        collect(self.copies.path(), &mut files)?;
        files.sort();
        Ok(files)
    }
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            fs::create_dir_all(&target)?;
            copy_all(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

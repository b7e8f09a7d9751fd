//! The folders of an adapter that exchanges files, in a temporary place: a check never touches anybody's own.

mod edit;
mod original;
mod rewrite;
mod seal;
mod words;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use komunala_sandbox::{FolderAccess, Manifest, Policy};
use tempfile::TempDir;

use crate::{
    AdapterFolder, Recording,
    recording::{RecordedFile, RecordingError},
};

pub use edit::Edit;
use original::Original;
pub use seal::Seal;
pub use words::{AnswerWords, ExchangeWords, Flaw};

/// Clocks of file systems are behind the system's by a tick.
const TICK: Duration = Duration::from_millis(50);

/// Copies of the folders that the adapter asks for.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// By the manifest's names.
    folders: BTreeMap<String, FolderAccess>,
    /// What lies in them at first, by folder and name: `out/bills.txt`.
    originals: BTreeMap<String, Original>,
    copies: TempDir,
}

impl Exchange {
    /// Copies each folder that the manifest asks for: the recorded one, else the operator's where `policy` names one, else
    /// that of the same name in `check/folders`, else an empty one.
    pub(crate) fn prepare(
        folder: &AdapterFolder,
        policy: &Policy,
        recording: Option<&Recording>,
    ) -> Result<Self, RecordingError> {
        let mut originals = BTreeMap::new();
        match recording.filter(|recording| !recording.files.is_empty()) {
            Some(recording) => {
                for (name, file) in &recording.files {
                    originals.insert(name.clone(), Original::recorded(name, file, recording.folders.as_deref())?);
                }
            }
            None => {
                for name in folder.manifest.folders.keys() {
                    let own = folder.check().join("folders").join(name);
                    let source = policy.folders.get(name).cloned().unwrap_or(own);
                    let failed = |error| RecordingError::File(source.display().to_string(), error);
                    if source.is_dir() {
                        original::below(&source, name, &mut originals).map_err(failed)?;
                    }
                }
            }
        }
        let failed = |error| RecordingError::File("the folders of the check".to_owned(), error);
        let folders = folder.manifest.folders.iter().map(|(name, ask)| (name.clone(), ask.access)).collect();
        let exchange = Self { folders, originals, copies: TempDir::new().map_err(failed)? };
        exchange.restore().map_err(failed)?;
        Ok(exchange)
    }

    /// Puts everything back as it was.
    pub(crate) fn restore(&self) -> io::Result<()> {
        for name in self.folders.keys() {
            let copy = self.copies.path().join(name);
            if copy.exists() {
                fs::remove_dir_all(&copy)?;
            }
            fs::create_dir_all(&copy)?;
        }
        self.originals.iter().try_for_each(|(name, original)| original.put(&self.path(name)))
    }

    /// By the manifest's names.
    pub(crate) fn granted(&self, manifest: &Manifest) -> BTreeMap<String, PathBuf> {
        manifest.folders.keys().map(|name| (name.clone(), self.copies.path().join(name))).collect()
    }

    /// Where `out/bills.txt` lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.copies.path().join(name)
    }

    /// Every file by its path, in order.
    pub(crate) fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        collect(self.copies.path(), &mut files)?;
        files.sort();
        Ok(files)
    }

    /// What stands in the folders that the adapter writes.
    pub(crate) fn written(&self) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
        let mut files = Vec::new();
        for (name, _) in self.folders.iter().filter(|(_, access)| **access == FolderAccess::ReadWrite) {
            collect(&self.copies.path().join(name), &mut files)?;
        }
        files.into_iter().map(|path| Ok((path.clone(), fs::read(path)?))).collect()
    }

    /// When each of these was written.
    pub(crate) fn times(&self) -> io::Result<BTreeMap<PathBuf, SystemTime>> {
        self.written()?.into_keys().map(|path| Ok((path.clone(), fs::metadata(path)?.modified()?))).collect()
    }

    /// Lets what was written since `began`, when times were `before`, have been written at `now`, where the adapter's clock
    /// stands. A file that the adapter gave a time keeps that.
    pub(crate) fn date(
        &self,
        before: &BTreeMap<PathBuf, SystemTime>,
        began: SystemTime,
        now: SystemTime,
    ) -> io::Result<()> {
        let began = began.checked_sub(TICK).unwrap_or(began);
        let ended = SystemTime::now();
        for (path, time) in self.times()? {
            if before.get(&path) != Some(&time) && time >= began && time <= ended {
                File::options().write(true).open(path)?.set_modified(now)?;
            }
        }
        Ok(())
    }

    /// What is there at first, for a recording. Texts go below `folder`, everything else into the recording itself.
    pub(crate) fn recorded(&self) -> io::Result<BTreeMap<String, RecordedFile>> {
        self.originals.iter().map(|(name, original)| Ok((name.clone(), original.to_recorded()?))).collect()
    }

    /// Writes the texts of a recording below a folder.
    pub(crate) fn keep(&self, folder: &Path) -> io::Result<()> {
        for (name, original) in &self.originals {
            if original.is_text()? {
                let path = folder.join(name);
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                original.put(&path)?;
            }
        }
        Ok(())
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

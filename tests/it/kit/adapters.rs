//! Adapters of this repository under the check: against what was recorded, and against their simulators.

use std::{
    fs,
    path::{Path, PathBuf},
};

use komunala_kit::{AdapterFolder, Recording, Source, Subjects, Workbench, check};
use tempfile::TempDir;

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The adapter of a folder with its component beside it, in a place of its own.
pub(super) fn installed(name: &str, parent: &str, place: &Path) -> anyhow::Result<AdapterFolder> {
    let source = root().join(parent).join(name);
    fs::copy(komunala_components::component(name), place.join("adapter.wasm"))?;
    fs::copy(source.join("adapter.toml"), place.join("adapter.toml"))?;
    copy(&source.join("check"), &place.join("check"))?;
    Ok(AdapterFolder::open(place)?)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target)? } else { fs::copy(&path, &target).map(|_| ())? }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_adapter_with_a_recording_or_folders_passes_its_check() -> anyhow::Result<()> {
    let mut checked = Vec::new();
    for component in komunala_components::all() {
        let source = root().join("plugins").join(component.name).join("check");
        let recording = source.join("recording.json");
        if !recording.is_file() && !source.join("folders").is_dir() {
            continue;
        }
        let place = TempDir::new()?;
        let folder = installed(component.name, "plugins", place.path())?;
        let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
        let recorded = if recording.is_file() { Recording::read(&recording)? } else { Recording::empty() };
        let bench = Workbench::open(folder, &subjects, Source::Recording(recorded), false)?;
        let report = check::check(&bench, &subjects, &[], |_| {}).await?;
        assert!(report.passed(), "{report}");
        checked.push(component.name);
    }
    assert!(checked.contains(&"template") && checked.contains(&"gas"), "only {checked:?} were checked");
    Ok(())
}

//! Components as they lie in folders: `adapter.wasm`, `adapter.toml`, and where it is signed `adapter.sig`.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use komunala_app::{
    operator::{MAX_COMPONENT_BYTES, Signatures},
    ports::components::{About, ComponentFile},
};
use komunala_domain::text::single_line;
use komunala_sandbox::Manifest;

/// More than any manifest or signature has.
const MAX_TEXT: u64 = 64 * 1024;

/// What a manifest says of its component.
pub(super) fn about(manifest: &str) -> Result<About, String> {
    let about = manifest.parse::<Manifest>().map_err(|error| error.to_string())?.adapter;
    let fields = [("name", &about.name, 64), ("version", &about.version, 64), ("contract", &about.contract, 64)];
    for (field, text, most) in fields {
        single_line(text, most).map_err(|error| format!("adapter.{field}: {error}"))?;
    }
    if !about.description.is_empty() {
        single_line(&about.description, 500).map_err(|error| format!("adapter.description: {error}"))?;
    }
    Ok(About { name: about.name, version: about.version, contract: about.contract, description: about.description })
}

/// The component of a folder; `None` where there is none.
pub(super) async fn read(folder: PathBuf) -> Result<Option<ComponentFile>, String> {
    let Some(bytes) = file(&folder.join("adapter.wasm"), MAX_COMPONENT_BYTES as u64).await? else {
        return Ok(None);
    };
    let path = folder.join("adapter.toml");
    let manifest = file(&path, MAX_TEXT).await?.ok_or_else(|| format!("{} is missing", path.display()))?;
    let manifest = String::from_utf8(manifest).map_err(|_| format!("{} is no text", path.display()))?;
    let path = folder.join("adapter.sig");
    let signature = match file(&path, MAX_TEXT).await? {
        None => None,
        Some(bytes) => Some(Signatures::read(&bytes).map_err(|error| format!("{}: {error}", path.display()))?),
    };
    Ok(Some(ComponentFile { bytes: bytes.into(), manifest, signature }))
}

async fn file(path: &Path, most: u64) -> Result<Option<Vec<u8>>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    match tokio::fs::metadata(path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(told(error)),
        Ok(file) if file.len() > most => Err(format!("{} has more than {most} bytes", path.display())),
        Ok(_) => tokio::fs::read(path).await.map(Some).map_err(told),
    }
}

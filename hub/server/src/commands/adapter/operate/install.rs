//! `komunala adapter install`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use komunala_app::{credentials::portal_key::sha256, operator::Signatures};
use komunala_grpc::client::Component;

use super::{Connection, print, progress, told};

/// A component for a running hub.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The hub checks digest, signature, manifest, contract and start of the component, and keeps it under its digest. Nothing that \
runs changes, unless you name a provider: then its settings are applied with the new digest as their only change. `rollback` \
leads back.

A signature is made with Ed25519 over the 32 bytes of the digest:
  openssl dgst -sha256 -binary adapter.wasm > digest
  openssl pkeyutl -sign -rawin -inkey release.pem -in digest -out adapter.sig")]
pub(in crate::commands) struct Install {
    /// The component, adapter.wasm
    file: PathBuf,
    /// Its manifest; adapter.toml beside the component by default
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// The SHA-256 that its author published; the file's own by default, which proves nothing about where it came from
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// A signature over the digest
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// The provider to be switched to it
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    #[command(flatten)]
    connection: Connection,
}

pub(super) async fn run(install: Install) -> anyhow::Result<()> {
    let bytes = read(&install.file)?;
    let beside = || install.file.with_file_name("adapter.toml");
    let manifest_path = install.manifest.clone().unwrap_or_else(beside);
    let manifest =
        String::from_utf8(read(&manifest_path)?).with_context(|| format!("{} is no text", manifest_path.display()))?;
    let signature = match &install.signature {
        None => Vec::new(),
        Some(path) => Signatures::read(&read(path)?).with_context(|| path.display().to_string())?,
    };
    let component = Component {
        sha256: install.sha256.unwrap_or_else(|| sha256(&bytes).to_string()).to_ascii_lowercase(),
        manifest,
        signature,
        provider: install.provider.as_ref().map(|id| format!("providers/{id}")).unwrap_or_default(),
        bytes: bytes.into(),
    };
    let mut hub = install.connection.open().await?;
    let progress = progress::bytes("installing", component.bytes.len());
    let sending = progress.clone();
    let done = hub.install(component, move |bytes| sending.inc(bytes as u64)).await;
    progress.finish_and_clear();
    let done = done.map_err(|error| told(&install.file.display().to_string(), error))?;

    let component = done.component.unwrap_or_default();
    let signed = match component.signed_by.as_str() {
        "" => "not signed".to_owned(),
        key => format!("signed by {key}"),
    };
    let mut report = format!("installed  {} {} ({signed})\n{}\n", component.adapter, component.version, component.name);
    if let Some(adapter) = done.adapter {
        report += &format!("{} is served by it now\n", adapter.name.trim_end_matches("/adapter"));
    }
    print(&report)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

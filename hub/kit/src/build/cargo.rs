//! Cargo, told to make a component.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value as Json;

use super::{BuildError, target::TARGET};

/// The profile for components; the project's `Cargo.toml` has it.
const PROFILE: &str = "component";

/// A stack of 64 KiB: every fresh instance pays for its memory, and an adapter is shallow.
const RUSTFLAGS: &str = "-C link-arg=-zstack-size=65536";

/// Builds the package of `folder` and answers where the component is.
pub(super) fn build(folder: &Path) -> Result<PathBuf, BuildError> {
    let shown = format!("cargo build --lib --profile {PROFILE} --target {TARGET}");
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(folder)
        .args(["build", "--lib", "--profile", PROFILE, "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .env("CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS", RUSTFLAGS)
        // flags for another target would win over those
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let output = cargo.output().map_err(|error| BuildError::NoProgram(shown.clone(), error))?;
    if !output.status.success() {
        return Err(BuildError::Failed(shown));
    }
    // one JSON message a line; the last component is that of the package itself
    let text = String::from_utf8_lossy(&output.stdout);
    let mut components = text.lines().rev().filter_map(|line| {
        let message: Json = serde_json::from_str(line).ok()?;
        let files = message.get("filenames")?.as_array()?;
        files.iter().filter_map(Json::as_str).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
    });
    components.next().ok_or_else(|| BuildError::NoComponent(folder.join("target")))
}

//! The compilation target of components.

use std::{path::Path, process::Command};

use super::BuildError;

pub(super) const TARGET: &str = "wasm32-wasip2";

/// Makes sure that the standard library for components is there.
///
/// rustup adds the targets of `rust-toolchain.toml` when it installs a toolchain, not to one that is there already.
pub(super) fn ensure_installed(folder: &Path, say: impl Fn(&str)) -> Result<(), BuildError> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(folder).args(["--print", "target-libdir", "--target", TARGET]);
    let answer = rustc.output().map_err(|error| BuildError::NoProgram("rustc".to_owned(), error))?;
    if answer.status.success() && Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_dir() {
        return Ok(());
    }
    say(&format!("adding the Rust target {TARGET}: rustup target add {TARGET}"));
    let mut rustup = Command::new("rustup");
    match rustup.current_dir(folder).args(["target", "add", TARGET]).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(BuildError::Target { why: format!("it ended with {status}") }),
        Err(error) => Err(BuildError::Target { why: format!("there is no rustup ({error}); see https://rustup.rs") }),
    }
}

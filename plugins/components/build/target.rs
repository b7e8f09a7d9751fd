//! The compilation target of components.

use std::{env, error::Error, path::Path, process::Command};

pub(crate) const TARGET: &str = "wasm32-wasip2";

/// Makes sure that the standard library for components is there.
///
/// rustup adds the targets of `rust-toolchain.toml` when it installs a toolchain, not to one that is there already.
pub(crate) fn ensure_installed() -> Result<(), Box<dyn Error>> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(&rustc).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    let folder = String::from_utf8(answer.stdout)?;
    if answer.status.success() && Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    println!("cargo::warning=adding the target {TARGET}, which the adapters are built for: rustup target add {TARGET}");
    match Command::new("rustup").args(["target", "add", TARGET]).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`rustup target add {TARGET}` failed ({status}): run it by hand to see why").into()),
        Err(error) => Err(format!(
            "the adapters need the Rust target {TARGET}, and there is no rustup to add it ({error}): \
             install rustup from https://rustup.rs, or the target with your package manager"
        )
        .into()),
    }
}

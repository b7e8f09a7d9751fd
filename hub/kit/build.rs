//! Puts into the binary what `komunala adapter new` writes and what `check` runs: the SDK, the contract, the template
//! and the scenarios, as they stand in `plugins`.
#![allow(clippy::print_stdout, reason = "how a build script talks to cargo")]

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// What is taken along, relative to the workspace.
const TAKEN: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "plugins/README.md",
    "plugins/sdk",
    "plugins/wit",
    "plugins/template",
    "plugins/check",
];

fn main() -> Result<(), Box<dyn Error>> {
    let manifest_dir = env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&manifest_dir).ancestors().nth(2).ok_or("hub/kit is not in a workspace")?;
    let mut files = Vec::new();
    for taken in TAKEN {
        println!("cargo::rerun-if-changed={}", root.join(taken).display());
        collect(&root.join(taken), &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({name:?}, include_bytes!({file:?})),")?;
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), table)?;
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let made = path.file_name().is_some_and(|name| name == "target" || name == "check-report.json")
            || path.extension().is_some_and(|end| end == "wasm");
        if !made {
            collect(&path, files)?;
        }
    }
    Ok(())
}

//! Builds every adapter and every guest of the tests into a component, so that whoever runs the demo or the tests never
//! has to.
//!
//! Nothing is built but what changed: the guests have a target folder of their own, `guest` in that of the workspace,
//! which keeps from run to run and from profile to profile.
#![allow(clippy::print_stdout, reason = "how a build script talks to cargo")]

mod guests;
mod inner_cargo;
mod target;

use std::{env, error::Error, fs, path::Path};

use guests::Guest;

fn main() -> Result<(), Box<dyn Error>> {
    let manifest_dir = env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&manifest_dir).ancestors().nth(2).ok_or("plugins/components is not in a workspace")?;
    let guests = guests::find(root)?;
    announce_inputs(root, &guests);

    target::ensure_installed()?;
    let folder = inner_cargo::target_folder(root)?;
    inner_cargo::build(root, &folder, &guests)?;

    let out = Path::new(&env::var("OUT_DIR")?).join("components.rs");
    fs::write(out, listing(&folder, &guests)?)?;
    Ok(())
}

/// Everything that a component is made of. The hub is not among it, so work on the hub never builds a guest.
fn announce_inputs(root: &Path, guests: &[Guest]) {
    let shared =
        ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "plugins/sdk", "plugins/wit", "plugins/components/build"];
    for path in shared.map(|path| root.join(path)).iter().chain(guests.iter().map(|guest| &guest.folder)) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// The table that the library includes.
fn listing(folder: &Path, guests: &[Guest]) -> Result<String, Box<dyn Error>> {
    let mut table = String::from("[\n");
    for guest in guests {
        let wasm = inner_cargo::artifact(folder, guest);
        if !wasm.is_file() {
            return Err(format!("cargo did not leave {} at {}", guest.package, wasm.display()).into());
        }
        let manifest = guest.folder.join("adapter.toml");
        table.push_str(&format!(
            "    Component {{ name: {:?}, path: {wasm:?}, manifest: {manifest:?} }},\n",
            guest.name
        ));
    }
    table.push(']');
    Ok(table)
}

//! The cargo inside of cargo.

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{guests::Guest, target::TARGET};

/// The profile of the workspace for components.
const PROFILE: &str = "component";

/// A stack of 64 KiB: every fresh instance pays for its memory, and an adapter is shallow.
const GUEST_RUSTFLAGS: &str = "-C link-arg=-zstack-size=65536";

/// Beside the outer build's files and never among them: the outer cargo holds a lock on those.
pub(crate) fn target_folder(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(target.map_or_else(|| root.join("target"), Path::to_path_buf).join("guest"))
}

/// Where cargo leaves the component of a guest.
pub(crate) fn artifact(folder: &Path, guest: &Guest) -> PathBuf {
    folder.join(TARGET).join(PROFILE).join(guest.package.replace('-', "_")).with_extension("wasm")
}

/// Builds all guests in one go.
pub(crate) fn build(root: &Path, folder: &Path, guests: &[Guest]) -> Result<(), Box<dyn Error>> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        .args(["build", "--lib", "--profile", PROFILE, "--target", TARGET, "--target-dir"])
        .arg(folder);
    for guest in guests {
        cargo.args(["--package", &guest.package]);
    }
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(belongs_to_the_outer_build) {
            cargo.env_remove(name);
        }
    }
    cargo.env("CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS", GUEST_RUSTFLAGS);
    // One crate of the tests, and no other, may use assembly: nothing else in Rust can grow a table.
    cargo.env("RUSTC_BOOTSTRAP", "komunala_guest_hostile");
    let names: Vec<_> = guests.iter().map(|guest| guest.name.as_str()).collect();
    eprintln!("building the components {} in {}", names.join(", "), folder.display());
    let status = cargo.stdin(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("building the components failed ({status}), see above").into()) }
}

/// Whether a variable would make the inner cargo do what the outer one was told: its flags (which would silently win over
/// the guests' own), its wrapper (clippy's is no compiler), its folders. What says where crates come from stays.
fn belongs_to_the_outer_build(name: &str) -> bool {
    const STAYS: [&str; 7] = [
        "CARGO_HOME",
        "CARGO_MAKEFLAGS",
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTRY_",
        "CARGO_REGISTRIES_",
        "CARGO_SOURCE_",
    ];
    let of_cargo = name.starts_with("CARGO") && !STAYS.iter().any(|stays| name.starts_with(stays));
    let of_rustc = name.starts_with("RUSTC") || name.starts_with("RUSTFLAGS") || name.starts_with("RUSTDOC");
    of_cargo
        || of_rustc
        || matches!(name, "TARGET" | "HOST" | "PROFILE" | "OPT_LEVEL" | "DEBUG" | "NUM_JOBS" | "OUT_DIR")
}

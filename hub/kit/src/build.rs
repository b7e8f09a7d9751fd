//! `komunala adapter build`: from an adapter's sources to the component beside its manifest, in whatever language.

mod cargo;
mod target;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use komunala_domain::Sha256;
use komunala_sandbox::TrialError;
use sha2::Digest;

use crate::{AdapterFolder, WorkbenchError, folder::COMPONENT};

/// What was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// Where the component is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its digest: what an operator pins.
    pub sha256: Sha256,
}

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A program is missing.
    #[error("`{0}` cannot be started: {1}")]
    NoProgram(String, io::Error),
    /// A program failed; it said why.
    #[error("`{0}` failed, see above")]
    Failed(String),
    /// The compilation target is missing and cannot be added.
    #[error("the Rust target {target} is missing, and `rustup target add` did not add it: {why}", target = target::TARGET)]
    Target {
        /// What is in the way.
        why: String,
    },
    /// The manifest's build command is empty.
    #[error("adapter.toml: build.command is empty")]
    NoCommand,
    /// The folder has neither.
    #[error("{0} has no Cargo.toml, and its adapter.toml no [build] with a command and the component it leaves")]
    NoWay(PathBuf),
    /// The build did not leave a component where it should.
    #[error("the build left no component at {0}")]
    NoComponent(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {cause}", path = .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

/// Builds the adapter of a folder. `say` is told what is done beside building.
pub fn build(folder: &AdapterFolder, say: impl Fn(&str)) -> Result<Built, BuildError> {
    let made = match &folder.manifest.build {
        Some(ask) => {
            let [program, arguments @ ..] = ask.command.as_slice() else { return Err(BuildError::NoCommand) };
            let mut command = Command::new(program);
            command.args(arguments).current_dir(&folder.path);
            run(&mut command, &ask.command.join(" "))?;
            folder.path.join(&ask.component)
        }
        None if folder.path.join("Cargo.toml").is_file() => {
            target::ensure_installed(&folder.path, say)?;
            cargo::build(&folder.path)?
        }
        None => return Err(BuildError::NoWay(folder.path.clone())),
    };
    if !made.is_file() {
        return Err(BuildError::NoComponent(made));
    }
    put_beside(&made, &folder.path.join(COMPONENT))
}

/// What a component is, as far as it can be told without calling it.
#[derive(Debug, Clone)]
pub struct Description {
    /// The interfaces of the contract that it exports.
    pub capabilities: Vec<&'static str>,
    /// What it imports.
    pub imports: Vec<String>,
}

/// Looks into the component that was built, as a hub does before it takes one.
pub fn describe(folder: &AdapterFolder) -> Result<Description, WorkbenchError> {
    let bytes = folder.component()?;
    let component = komunala_sandbox::Description::of(&bytes).map_err(TrialError::Load)?;
    Ok(Description {
        capabilities: component.capabilities.iter().map(|capability| capability.name()).collect(),
        imports: component.imports,
    })
}

fn put_beside(made: &Path, path: &Path) -> Result<Built, BuildError> {
    let bytes = fs::read(made).map_err(|cause| BuildError::File { path: made.to_owned(), cause })?;
    if made != path {
        fs::write(path, &bytes).map_err(|cause| BuildError::File { path: path.to_owned(), cause })?;
    }
    let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
    Ok(Built { path: path.to_owned(), size: bytes.len() as u64, sha256 })
}

/// Runs a program whose output is for the author.
fn run(command: &mut Command, shown: &str) -> Result<(), BuildError> {
    let status = command.stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(BuildError::Failed(shown.to_owned())),
        Err(error) => Err(BuildError::NoProgram(shown.to_owned(), error)),
    }
}

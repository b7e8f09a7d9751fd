//! `komunala adapter new`: a project that builds and passes its check at once, wherever it is written.
//!
//! Everything it needs comes out of this binary: the template, the SDK and the contract as sources, the manifest's
//! versions and the lock file of the workspace that the binary was built in.

mod lock;
mod manifest;
mod name;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::embedded;

pub use name::{Name, NotAName};

/// The template's name, which every project has in the place of its own until then.
const TEMPLATE: &str = "komunala-adapter-template";

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Something of that name is there already.
    #[error("{0} exists already, and nothing is overwritten")]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("{path}: {cause}", path = .path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

/// Writes the project `name` in a folder of its own within `parent`, and answers with that folder.
pub fn write(name: &Name, parent: &Path) -> Result<PathBuf, ProjectError> {
    let folder = parent.join(name.as_str());
    if folder.exists() {
        return Err(ProjectError::Exists(folder));
    }
    for (path, content) in files(name) {
        let path = folder.join(path);
        let failed = |cause| ProjectError::Write { path: path.clone(), cause };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, content).map_err(failed)?;
    }
    Ok(folder)
}

/// Every file of the project.
fn files(name: &Name) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("Cargo.toml".to_owned(), manifest::of(name).into_bytes()),
        ("Cargo.lock".to_owned(), lock::of(name).into_bytes()),
        ("rust-toolchain.toml".to_owned(), embedded::text("rust-toolchain.toml").into()),
        ("GUIDE.md".to_owned(), embedded::text("plugins/README.md").into()),
        (".gitignore".to_owned(), b"/target\n/adapter.wasm\n/check-report.json\n".to_vec()),
        (".cargo/config.toml".to_owned(), CONFIG.into()),
    ];
    for (path, content) in embedded::below("plugins/template") {
        if path != "Cargo.toml" {
            files.push((path.to_owned(), named(content, name)));
        }
    }
    for part in ["sdk", "wit"] {
        let own = embedded::below(if part == "sdk" { "plugins/sdk" } else { "plugins/wit" });
        files.extend(own.map(|(path, content)| (format!("{part}/{path}"), content.to_vec())));
    }
    files
}

/// The flags that `komunala adapter build` sets too, for whoever calls cargo by hand.
const CONFIG: &str = "\
# A stack of 64 KiB: every call gets a fresh memory, and an adapter is shallow.
[target.wasm32-wasip2]
rustflags = [\"-C\", \"link-arg=-zstack-size=65536\"]
";

/// A file of the template with the project's name in it.
fn named(content: &[u8], name: &Name) -> Vec<u8> {
    match std::str::from_utf8(content) {
        Ok(text) => {
            text.replace(TEMPLATE, &name.package()).replace("name = \"template\"", &format!("name = \"{name}\"")).into()
        }
        Err(_) => content.to_vec(),
    }
}

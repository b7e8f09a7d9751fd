//! A published version of the contract never changes: neither its text nor what was built with it.

use std::{fs, path::Path};

use sha2::Digest;

/// Files below `folder` with their digests, as `sha256sum` prints them: the digest, two blanks, the path from `root`.
fn digests(root: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            lines.extend(digests(root, &path)?);
        } else if path.file_name().is_some_and(|name| name != "SHA256SUMS") {
            let digest = hex::encode(sha2::Sha256::digest(fs::read(&path)?));
            lines.push(format!("{digest}  {}", path.strip_prefix(root)?.display()));
        }
    }
    lines.sort_by(|one, other| one[64..].cmp(&other[64..]));
    Ok(lines)
}

/// Holds a folder against its `SHA256SUMS`.
fn is_as_published(folder: &str) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).canonicalize()?;
    let published = fs::read_to_string(folder.join("SHA256SUMS"))?;
    let found = digests(&folder, &folder)?;
    anyhow::ensure!(!found.is_empty() && found.iter().map(String::as_str).eq(published.lines()), "{found:#?}");
    Ok(())
}

#[test]
fn a_published_version_of_the_contract_is_never_changed() -> anyhow::Result<()> {
    is_as_published("plugins/wit")
}

#[test]
fn components_built_with_a_published_version_are_never_built_again() -> anyhow::Result<()> {
    is_as_published("tests/components")
}

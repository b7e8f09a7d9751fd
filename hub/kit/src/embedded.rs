//! What the binary carries of `plugins`: the SDK, the contract, the template, the scenarios.

/// Path from the workspace's root, and content.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The files below a folder, by their path in it.
pub(crate) fn below(folder: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().filter_map(move |(path, content)| {
        let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((rest, *content))
    })
}

/// The text of one file.
pub(crate) fn text(path: &str) -> &'static str {
    let content = FILES.iter().find(|(name, _)| *name == path).map(|(_, content)| *content);
    let content = content.expect("the build script takes every file along that is named in this crate");
    std::str::from_utf8(content).expect("what is named in this crate is text")
}

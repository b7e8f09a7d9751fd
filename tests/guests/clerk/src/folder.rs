//! Numbered files and their seals.

use std::{collections::BTreeSet, fs, io};

use komunala_adapter_sdk::Error;

/// Numbers of the files of a folder, sealed or not.
pub(crate) fn numbers(folder: &str, extension: &str) -> Result<BTreeSet<u32>, Error> {
    let entries = fs::read_dir(folder).map_err(|_| Error::config("a folder is missing"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.strip_suffix(extension)?.parse().ok()).collect())
}

/// Its content; not found where there is no such file.
pub(crate) fn content(path: &str) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound,
        kind => Error::upstream(kind),
    })
}

/// The number of bytes that a seal says; none without it.
pub(crate) fn seal(folder: &str, number: u32) -> Option<String> {
    fs::read_to_string(format!("{folder}/{number}.ok")).ok()
}

/// Another one for another content.
pub(crate) fn fingerprint(number: u32, content: &[u8]) -> String {
    let hash = content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{number}-{hash:016x}")
}

//! Changing a file that is there already.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Writes a file. One that was there keeps its time, which says to some adapters on which day it came: what a scenario
/// changes in a file of a recording still came when the recording was made.
pub(super) fn rewrite(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let before = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    fs::write(path, content)?;
    let Some(before) = before else { return Ok(()) };
    File::options().write(true).open(path)?.set_modified(before)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn a_file_that_is_changed_keeps_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.ok");
        let modified = || fs::metadata(&path).unwrap().modified().unwrap();
        let began = SystemTime::now() - Duration::from_secs(1);
        rewrite(&path, "new").unwrap();
        assert!(modified() >= began);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        rewrite(&path, "changed").unwrap();
        assert_eq!((modified(), fs::read_to_string(&path).unwrap().as_str()), (long_ago, "changed"));
    }
}

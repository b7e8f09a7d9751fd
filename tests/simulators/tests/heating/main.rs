//! The folders of the unified bill's billing system, read as their description says and with nothing else.

mod answers;
mod documents;
mod files;
mod program;

use komunala_simulators::{
    HeatingExchange,
    heating::{Night, Population},
};
use tempfile::TempDir;

/// An exchange that lasts as long as its test.
pub(crate) struct Folders {
    pub(crate) exchange: HeatingExchange,
    _folder: TempDir,
}

impl Folders {
    pub(crate) fn new(count: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let exchange = HeatingExchange::create(folder.path(), Population { seed: 7, count }).unwrap();
        Self { exchange, _folder: folder }
    }

    pub(crate) fn with(count: u32, night: &Night) -> Self {
        let folders = Self::new(count);
        folders.exchange.write(night).unwrap();
        folders
    }

    /// The lines of a file in `out/`, without their CRLF.
    pub(crate) fn lines(&self, name: &str) -> Vec<Vec<u8>> {
        let bytes = std::fs::read(self.exchange.out().join(name)).unwrap();
        let text = bytes.strip_suffix(b"\r\n").unwrap_or_else(|| panic!("{name} ends with CRLF"));
        let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let last = lines.len() - 1;
        for line in &mut lines[..last] {
            assert_eq!(line.pop(), Some(b'\r'), "{name}");
        }
        lines
    }
}

//! `NAME.ok`: one line, `bytes;sha256`, which says that a file is complete and what it has to be.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use sha2::{Digest as _, Sha256};

/// Longer than any `.ok` is; what stands behind is not looked at.
const MAX_BYTES: u64 = 512;

/// A call of the host hands out this much at most.
const BUFFER: usize = 64 * 1024;

/// What an `.ok` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
}

impl Seal {
    /// None for a text of another form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (bytes, digest) = text.trim_end_matches(['\r', '\n']).split_once(';')?;
        if bytes.is_empty() || bytes.len() > 15 || !bytes.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut sha256 = [0; 32];
        read_hex(digest.as_bytes(), &mut sha256)?;
        Some(Self { bytes: bytes.parse().ok()?, sha256 })
    }

    /// What the `.ok` of these bytes says.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha256: Sha256::digest(bytes).into() }
    }

    /// What the `.ok` of a file says, which is read through a buffer.
    pub(crate) fn of_file(path: &Path) -> io::Result<Self> {
        let (mut file, mut digest, mut bytes, mut buffer) = (File::open(path)?, Sha256::new(), 0, vec![0; BUFFER]);
        loop {
            match file.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(0) => return Ok(Self { bytes, sha256: digest.finalize().into() }),
                Ok(read) => {
                    digest.update(&buffer[..read]);
                    bytes += read as u64;
                }
            }
        }
    }

    /// The line, as it is written.
    pub(crate) fn line(&self) -> String {
        format!("{};{}\r\n", self.bytes, hex(&self.sha256))
    }
}

/// The text of an `.ok`, or none where there is no such file.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text)?;
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}

/// Writes an `.ok`, which is there whole or not at all.
pub(crate) fn write(path: &Path, seal: &Seal) -> io::Result<()> {
    let unfinished = path.with_extension("tmp");
    fs::write(&unfinished, seal.line())?;
    fs::rename(unfinished, path)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // writing to a string does not fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Fills `bytes` from hex in either case; none unless it fits exactly.
pub(crate) fn read_hex(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    if text.len() != bytes.len() * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(())
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ok_reads_what_it_writes_in_either_case() {
        let seal = Seal { bytes: 1204, sha256: [0xab; 32] };
        assert_eq!(Seal::parse(&seal.line()), Some(seal.clone()));
        assert_eq!(Seal::parse(&seal.line().to_uppercase()), Some(seal));
        for text in ["", "12", "12;", ";ab", "-1;00", "12;zz", &format!("12;{};", "a".repeat(64))] {
            assert_eq!(Seal::parse(text), None, "{text}");
        }
    }
}

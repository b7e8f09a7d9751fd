//! Files that count only once their `.ok` stands beside them.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// A file under way, with what its `.ok` will say of it.
#[derive(Debug)]
pub(super) struct Sealed {
    path: PathBuf,
    file: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
}

impl Sealed {
    /// Begins a file. An `.ok` of an earlier one of this name is removed first.
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        match fs::remove_file(seal_of(&path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = BufWriter::with_capacity(1 << 18, File::create(&path)?);
        Ok(Self { path, file, digest: Sha256::new(), bytes: 0 })
    }

    /// A line of Windows-1250 with its CRLF.
    pub(super) fn line(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.write_all(b"\r\n")
    }

    /// Ends the file; what its `.ok` has to say is returned, and written only by [`seal`].
    pub(super) fn finish(mut self) -> io::Result<(PathBuf, String)> {
        self.file.flush()?;
        let digest: String = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((self.path, format!("{};{digest}", self.bytes)))
    }
}

impl Write for Sealed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Where the `.ok` of a file stands: its name without the extension.
pub(super) fn seal_of(path: &Path) -> PathBuf {
    path.with_extension("ok")
}

/// Writes the `.ok` of a file as one line.
pub(super) fn seal(path: &Path, content: &str) -> io::Result<()> {
    fs::write(seal_of(path), format!("{content}\r\n"))
}

/// What the `.ok` of a file that is there has to say.
pub(super) fn measure(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                digest.update(&buffer[..read]);
                bytes += read;
            }
        }
    }
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{bytes};{digest}"))
}

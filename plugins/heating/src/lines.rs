//! Lines of a large file through one buffer.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::Path,
};

use sha2::{Digest as _, Sha256};

/// Each read is a call of the host, which hands out 64 KiB at most; rows are far shorter than the rest.
const BUFFER: usize = 192 * 1024;
const READ: usize = 64 * 1024;

/// A file, line by line. A line that does not fit the buffer comes in pieces that do not end.
pub(crate) struct Lines {
    file: File,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    at_end: bool,
    /// where the next line begins in the file
    offset: u64,
    /// how many lines came before it
    number: u64,
    digest: Option<Sha256>,
}

/// A line without its end.
pub(crate) struct Line<'a> {
    pub(crate) bytes: &'a [u8],
    /// counted from 1
    pub(crate) number: u64,
    /// by CRLF, or by the end of the file
    pub(crate) is_ended: bool,
}

impl Lines {
    /// From a byte offset on, where line `number` + 1 begins.
    pub(crate) fn open(path: &Path, offset: u64, number: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if offset > 0 {
            file.seek(SeekFrom::Start(offset))?;
        }
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Ok(Self { file, buffer, start: 0, end: 0, at_end: false, offset, number, digest: None })
    }

    /// From the beginning, with the digest of all there is.
    pub(crate) fn hashing(path: &Path) -> io::Result<Self> {
        Ok(Self { digest: Some(Sha256::new()), ..Self::open(path, 0, 0)? })
    }

    /// Where the next line begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many lines came before it.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The size and digest of the file, once it was read to its end.
    pub(crate) fn digest(self) -> (u64, [u8; 32]) {
        (self.offset, self.digest.map(|digest| digest.finalize().into()).unwrap_or_default())
    }

    /// The next line; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        let mut searched = self.start;
        let newline = loop {
            if let Some(found) = memchr::memchr(b'\n', &self.buffer[searched..self.end]) {
                break Some(searched + found);
            }
            searched = self.end - self.start;
            if self.at_end || !self.fill()? {
                break None;
            }
            // the line was moved to the front
            searched += self.start;
        };
        let (first, last, next) = match newline {
            Some(newline) => (self.start, newline, newline + 1),
            None if self.start == self.end => return Ok(None),
            None => (self.start, self.end, self.end),
        };
        self.start = next;
        self.offset += (next - first) as u64;
        self.number += 1;
        let bytes = &self.buffer[first..last];
        let (bytes, is_ended) = match (newline, bytes) {
            (Some(_), [line @ .., b'\r']) => (line, true),
            (Some(_), line) => (line, false),
            (None, line) => (line, self.at_end),
        };
        Ok(Some(Line { bytes, number: self.number, is_ended }))
    }

    /// Reads on; false where there is no more room or nothing more to read.
    fn fill(&mut self) -> io::Result<bool> {
        if self.buffer.len() - self.end < READ {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let room = (self.buffer.len() - self.end).min(READ);
        if room == 0 {
            return Ok(false);
        }
        let read = loop {
            match self.file.read(&mut self.buffer[self.end..self.end + room]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        if let Some(digest) = &mut self.digest {
            digest.update(&self.buffer[self.end..self.end + read]);
        }
        self.end += read;
        self.at_end = read == 0;
        Ok(read > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn all(text: &[u8], offset: u64) -> Vec<(Vec<u8>, bool)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, text).unwrap();
        let mut lines = Lines::open(&path, offset, 0).unwrap();
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push((line.bytes.to_vec(), line.is_ended));
        }
        assert_eq!(lines.offset(), text.len() as u64);
        found
    }

    #[test]
    fn lines_end_with_crlf_and_the_last_one_may_end_with_the_file() {
        let line = |text: &[u8], ended| (text.to_vec(), ended);
        assert_eq!(
            all(b"a\r\nb\nc\r\nd", 0),
            [line(b"a", true), line(b"b", false), line(b"c", true), line(b"d", true)]
        );
        assert_eq!(all(b"a\r\n\r\n", 3), [line(b"", true)]);
        assert!(all(b"", 0).is_empty());
    }

    #[test]
    fn rows_of_any_length_come_whole_across_reads() {
        let text: Vec<u8> = (0..2000).flat_map(|row| [vec![b'x'; row % 977], b"\r\n".to_vec()].concat()).collect();
        let lengths: Vec<usize> = all(&text, 0).iter().map(|(line, _)| line.len()).collect();
        assert_eq!(lengths, (0..2000).map(|row| row % 977).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_without_an_end_comes_in_pieces() {
        let pieces = all(&vec![b'x'; 500_000], 0);
        assert_eq!(pieces.iter().map(|(piece, _)| piece.len()).sum::<usize>(), 500_000);
        assert!(!pieces[0].1 && pieces.last().unwrap().1);
    }

    #[test]
    fn the_digest_is_that_of_the_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let text = vec![b'7'; 300_000];
        fs::write(&path, &text).unwrap();
        let mut lines = Lines::hashing(&path).unwrap();
        while lines.next().unwrap().is_some() {}
        assert_eq!(lines.digest(), (300_000, Sha256::digest(&text).into()));
    }
}

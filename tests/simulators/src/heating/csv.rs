//! CSV files: a header, rows, and whatever is wrong with that.

use std::{io, path::PathBuf};

use super::{flaw::Flaw, sealed::Sealed};

/// A CSV file under way.
pub(super) struct Csv {
    file: Sealed,
    flaws: Vec<Flaw>,
    count: u64,
    first: Option<Vec<u8>>,
}

impl Csv {
    pub(super) fn begin(mut file: Sealed, header: &str, flaws: Vec<Flaw>) -> io::Result<Self> {
        if !flaws.contains(&Flaw::NoHeader) {
            file.line(header.as_bytes())?;
        }
        Ok(Self { file, flaws, count: 0, first: None })
    }

    pub(super) fn row(&mut self, row: &str) -> io::Result<()> {
        let third = self.count == 2;
        let mut bytes = encoding_rs::WINDOWS_1250.encode(row).0.into_owned();
        if third && self.flaws.contains(&Flaw::ExtraField) {
            bytes.extend_from_slice(b";7");
        }
        if third && self.flaws.contains(&Flaw::BadByte) {
            bytes.push(0x98);
        }
        if third && self.flaws.contains(&Flaw::MalformedRow) {
            // a decimal point where a comma belongs
            let text: String = row.replace(',', ".");
            bytes = encoding_rs::WINDOWS_1250.encode(&text).0.into_owned();
        }
        let copies = if self.flaws.contains(&Flaw::Duplicates) && self.count.is_multiple_of(3) { 2 } else { 1 };
        for _ in 0..copies {
            self.write_line(&bytes)?;
            self.count += 1;
        }
        if self.first.is_none() && self.flaws.contains(&Flaw::Duplicates) {
            self.first = Some(bytes);
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> io::Result<(PathBuf, String)> {
        if let Some(first) = self.first.take() {
            self.write_line(&first)?;
        }
        self.file.finish()
    }

    fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        if self.flaws.contains(&Flaw::BareLineFeeds) {
            io::Write::write_all(&mut self.file, line)?;
            return io::Write::write_all(&mut self.file, b"\n");
        }
        self.file.line(line)
    }
}

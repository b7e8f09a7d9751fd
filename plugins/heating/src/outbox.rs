//! Files in `in/` that are still open: rows are added to them until they are handed over.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::PathBuf,
};

use komunala_adapter_sdk::Error;

use crate::{
    exchange::Exchange,
    file_name::{Entry, FileName, Kind, Place},
    verdict::unreadable,
};

/// A file that has grown so large gets no more rows, so that it can always be read whole.
const MAX_FILE: u64 = 4 << 20;

/// Most numbers of a day.
const MAX_NUMBER: u16 = 999;

/// The first line of what the hub writes.
pub(crate) fn header(kind: Kind) -> &'static str {
    if kind == Kind::Requests { "id;korisnik;vrsta;tekst" } else { "korisnik;nacin;od" }
}

/// The hub's own files by name, and whether they were handed over.
pub(crate) fn files(exchange: &Exchange) -> Result<BTreeMap<FileName, bool>, Error> {
    let mut files: BTreeMap<FileName, bool> = BTreeMap::new();
    let mut handed_over = Vec::new();
    for entry in fs::read_dir(&exchange.folders.inbox).map_err(unreadable("in/"))? {
        let name = entry.map_err(unreadable("in/"))?.file_name();
        match name.to_str().map(str::parse) {
            Some(Ok(Entry::File(name))) if name.kind.is_ours() => {
                files.insert(name, false);
            }
            Some(Ok(Entry::Ok(name))) => handed_over.push(name),
            _ => {}
        }
    }
    for name in handed_over {
        files.entry(name).and_modify(|handed_over| *handed_over = true);
    }
    Ok(files)
}

/// A file that is still open.
pub(crate) struct OpenFile {
    file: File,
    name: FileName,
    /// everything up to the last line that was written whole
    content: Vec<u8>,
}

impl OpenFile {
    /// Today's file of a kind, a new one if the last was handed over or is full.
    pub(crate) fn of_today(exchange: &Exchange, kind: Kind) -> Result<Self, Error> {
        let day = exchange.today();
        let files = files(exchange)?;
        let today = files.iter().filter(|(name, _)| name.kind == kind && name.place.day == day);
        let last = today.map(|(name, handed_over)| (*name, *handed_over)).next_back();
        let number = match last {
            Some((name, false)) if size(exchange, &name)? < MAX_FILE => name.place.number,
            Some((name, _)) => name.place.number + 1,
            None => 1,
        };
        if number > MAX_NUMBER {
            return Err(Error::unavailable(None));
        }
        Self::open(exchange, FileName { place: Place { day, number }, kind })
    }

    /// A file by its name. What was written of a last line when its writer died is taken off; a file that has not even a
    /// header gets one.
    pub(crate) fn open(exchange: &Exchange, name: FileName) -> Result<Self, Error> {
        let opened = || -> io::Result<Self> {
            let path: PathBuf = exchange.folders.outgoing(&name);
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            let mut content = fs::read(&path)?;
            content.truncate(content.windows(2).rposition(|end| end == b"\r\n").map_or(0, |last| last + 2));
            let mut open = Self { file, name, content };
            open.file.set_len(open.content.len() as u64)?;
            if open.content.is_empty() {
                open.write(header(name.kind).as_bytes())?;
            }
            Ok(open)
        };
        opened().map_err(unreadable(name.file()))
    }

    /// The rows that stand in it.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        rows(&self.content)
    }

    /// Adds a row, which is there for good when this returns.
    pub(crate) fn add(&mut self, row: &[u8]) -> Result<(), Error> {
        let name = self.name;
        self.write(row).map_err(|error| Error::outcome_unknown(format_args!("{}: {}", name.file(), error.kind())))
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let line = [line, b"\r\n"].concat();
        self.file.seek(SeekFrom::Start(self.content.len() as u64))?;
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.content.extend_from_slice(&line);
        Ok(())
    }
}

/// The rows of a file without its header.
pub(crate) fn rows(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = content.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.skip(1).filter(|line| !line.is_empty())
}

fn size(exchange: &Exchange, name: &FileName) -> Result<u64, Error> {
    Ok(fs::metadata(exchange.folders.outgoing(name)).map_err(unreadable(name.file()))?.len())
}

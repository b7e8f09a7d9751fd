//! `PDF_yyyymm_mmm_nnn.zip`: archives of one month and municipality, without reading them whole.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use komunala_adapter_sdk::Error;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use rawzip::{CompressionMethod, FileReader, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};

use crate::{
    file_name::digits,
    seal::{self, Seal},
    verdict::unreadable,
};

/// The largest document of the contract.
const MAX_DOCUMENT: u64 = 16 << 20;

/// The largest archive whose digest is computed for one document, which takes a few seconds; of a larger one the size has
/// to do, and the checksum that every entry has.
const MAX_HASHED: u64 = 256 << 20;

/// The directory of an archive is read in pieces of this size.
const BUFFER: usize = 64 * 1024;

/// One record of a directory fits.
const RECORD: usize = 1024;

/// The name of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ArchiveName {
    /// the higher one goes before the lower, so it is compared first
    pub(crate) number: u16,
    pub(crate) municipality: u16,
    /// `yyyymm`
    month: u32,
}

impl ArchiveName {
    fn parse(stem: &str) -> Option<Self> {
        let mut parts = stem.strip_prefix("PDF_")?.split('_');
        let mut part = |width| parts.next().filter(|part| part.len() == width).and_then(digits);
        let (month, municipality, number) = (part(6)?, part(3)?, part(3)?);
        parts.next().is_none().then_some(())?;
        Some(Self { month, municipality: u16::try_from(municipality).ok()?, number: u16::try_from(number).ok()? })
    }

    fn file(&self) -> String {
        format!("PDF_{:06}_{:03}_{:03}.zip", self.month, self.municipality, self.number)
    }
}

/// Whether a name in `out/` is that of an archive or its `.ok`.
pub(crate) fn is_archive(name: &str) -> bool {
    name.strip_suffix(".zip").or_else(|| name.strip_suffix(".ok")).and_then(ArchiveName::parse).is_some()
}

/// The archives of a month that are complete, the highest number first.
pub(crate) fn of_month(out: &Path, month: u32) -> Result<Vec<ArchiveName>, Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(out).map_err(unreadable("out/"))? {
        let entry = entry.map_err(unreadable("out/"))?.file_name();
        let name = entry.to_str().and_then(|name| ArchiveName::parse(name.strip_suffix(".zip")?));
        if let Some(name) = name.filter(|name| name.month == month)
            && is_complete(out, &name)? == Some(true)
        {
            names.push(name);
        }
    }
    names.sort_by(|one, other| other.cmp(one));
    Ok(names)
}

/// None without an `.ok`. By the size alone, which is all that a listing has the time for; whoever takes a document out
/// asks for the digest too, see [`Archive::fits`].
fn is_complete(out: &Path, name: &ArchiveName) -> Result<Option<bool>, Error> {
    let path = out.join(name.file());
    let Some(ok) = seal::read(&path.with_extension("ok")).map_err(unreadable(name.file()))? else { return Ok(None) };
    let size = match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(false)),
        found => found.map_err(unreadable(name.file()))?.len(),
    };
    Ok(Some(Seal::parse(&ok).is_some_and(|seal| seal.bytes == size)))
}

/// Tells of archives among `names` that do not fit their `.ok`.
pub(crate) fn problems(out: &Path, names: &[String], tell: &mut dyn FnMut(&str)) -> Result<(), Error> {
    for name in names.iter().filter_map(|name| ArchiveName::parse(name.strip_suffix(".ok")?)) {
        if is_complete(out, &name)? == Some(false) {
            tell(&format!("{} does not fit its .ok: ignored", name.file()));
        }
    }
    Ok(())
}

/// An archive whose directory was found.
pub(crate) struct Archive {
    zip: ZipArchive<Shifted>,
    name: ArchiveName,
    buffer: Vec<u8>,
}

/// A file whose directory seems to begin further on: one record of it can be read without those before it.
struct Shifted {
    file: FileReader,
    /// where the directory begins
    directory: Cell<u64>,
    by: Cell<u64>,
}

impl ReaderAt for Shifted {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let by = if offset >= self.directory.get() { self.by.get() } else { 0 };
        self.file.read_at(buffer, offset + by)
    }
}

/// Where an entry is and how it is packed.
pub(crate) struct Found {
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
}

impl Archive {
    pub(crate) fn open(out: &Path, name: ArchiveName) -> Result<Self, Error> {
        let path: PathBuf = out.join(name.file());
        let file = File::open(path).map_err(unreadable(name.file()))?;
        let end = file.metadata().map_err(unreadable(name.file()))?.len();
        let mut buffer = vec![0; BUFFER];
        let reader = Shifted { file: file.into(), directory: Cell::new(u64::MAX), by: Cell::new(0) };
        let zip = ZipLocator::new().locate_in_reader(reader, &mut buffer, end);
        let zip = zip.map_err(|(_, error)| broken(&name, error))?;
        zip.get_ref().directory.set(zip.directory_offset());
        Ok(Self { zip, name, buffer })
    }

    /// Whether it is what its `.ok` says, as far as that can be found out for one document.
    pub(crate) fn fits(&self, out: &Path) -> Result<bool, Error> {
        let path = out.join(self.name.file());
        let ok = seal::read(&path.with_extension("ok")).map_err(unreadable(self.name.file()))?;
        let Some(said) = ok.and_then(|ok| Seal::parse(&ok)) else { return Ok(false) };
        if said.bytes > MAX_HASHED {
            return Ok(true);
        }
        Ok(Seal::of_file(&path).map_err(unreadable(self.name.file()))? == said)
    }

    /// The name of its file.
    pub(crate) fn file(&self) -> String {
        self.name.file()
    }

    /// Looks an entry up as if the directory were sorted and its records of one size, which is how bill numbers of one
    /// length are mostly packed. What is found so is there; what is not may be there all the same.
    pub(crate) fn guess(&mut self, entry: &[u8]) -> Option<Found> {
        let step = {
            let mut records = self.zip.entries(&mut self.buffer);
            let first = records.next_entry().ok()??.central_directory_offset();
            match records.next_entry().ok()? {
                Some(second) => second.central_directory_offset() - first,
                None => 0,
            }
        };
        let (mut low, mut high) = (0, self.zip.entries_hint());
        while low < high {
            let middle = low + (high - low) / 2;
            self.zip.get_ref().by.set(middle.checked_mul(step)?);
            let compared = {
                let mut records = self.zip.entries(&mut self.buffer[..RECORD]);
                records.next_entry().ok().flatten().map(|record| {
                    let order = record.file_path().as_ref().cmp(entry);
                    (order, Found { place: record.wayfinder(), method: record.compression_method() })
                })
            };
            self.zip.get_ref().by.set(0);
            match compared? {
                (std::cmp::Ordering::Equal, found) => return Some(found),
                (std::cmp::Ordering::Less, _) => low = middle + 1,
                (std::cmp::Ordering::Greater, _) => high = middle,
            }
        }
        None
    }

    /// Looks at every entry.
    pub(crate) fn search(&mut self, entry: &[u8]) -> Result<Option<Found>, Error> {
        let name = self.name;
        let mut records = self.zip.entries(&mut self.buffer);
        while let Some(record) = records.next_entry().map_err(|error| broken(&name, error))? {
            if record.file_path().as_ref() == entry {
                return Ok(Some(Found { place: record.wayfinder(), method: record.compression_method() }));
            }
        }
        Ok(None)
    }

    /// The bytes of an entry, unpacked and compared with their checksum.
    pub(crate) fn read(&self, found: &Found) -> Result<Vec<u8>, Error> {
        let (packed, size) = (found.place.compressed_size_hint(), found.place.uncompressed_size_hint());
        if packed > MAX_DOCUMENT || size > MAX_DOCUMENT {
            return Err(Error::upstream(format_args!("{}: an entry larger than 16 MiB", self.name.file())));
        }
        let entry = self.zip.get_entry(found.place).map_err(|error| broken(&self.name, error))?;
        let mut bytes = Vec::new();
        entry.reader().take(MAX_DOCUMENT).read_to_end(&mut bytes).map_err(unreadable(self.name.file()))?;
        let bytes = match found.method {
            CompressionMethod::STORE => bytes,
            CompressionMethod::DEFLATE => decompress_to_vec_with_limit(&bytes, usize::try_from(size).unwrap_or(0))
                .map_err(|_| broken(&self.name, "an entry that cannot be unpacked"))?,
            _ => return Err(broken(&self.name, "an entry packed in another way than stored or deflated")),
        };
        let mut verified = entry.verifying_reader(bytes.as_slice());
        io::copy(&mut verified, &mut io::sink())
            .map_err(|_| broken(&self.name, "an entry that does not fit its checksum"))?;
        Ok(bytes)
    }
}

fn broken(name: &ArchiveName, what: impl std::fmt::Display) -> Error {
    Error::upstream(format_args!("{}: {what}", name.file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_month_municipality_and_number() {
        let name = ArchiveName::parse("PDF_202407_011_002").unwrap();
        assert_eq!((name.month, name.municipality, name.number), (202_407, 11, 2));
        assert_eq!(name.file(), "PDF_202407_011_002.zip");
        for foreign in ["PDF_202407_011", "PDF_202407_11_002", "PDF_202407_011_002_1", "RAC_202407_011_002"] {
            assert_eq!(ArchiveName::parse(foreign), None, "{foreign}");
        }
        assert!(is_archive("PDF_202407_011_002.ok") && !is_archive("PDF_202407_011_002.txt"));
    }
}

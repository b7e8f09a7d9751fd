//! Files as the description of the nightly exchange has them, put together by hand.

use std::{fs, path::Path};

use sha2::{Digest as _, Sha256};

/// A row of fixed width in Windows-1250.
pub(super) struct Sheet(Vec<u8>);

impl Sheet {
    /// A blank row of a type.
    pub(super) fn of(width: usize, kind: &str) -> Self {
        Self(vec![b' '; width]).at(1, kind)
    }

    /// With a text from a column on, counted from 1.
    pub(super) fn at(mut self, column: usize, text: &str) -> Self {
        let bytes = windows_1250(text);
        self.0[column - 1..column - 1 + bytes.len()].copy_from_slice(&bytes);
        self
    }

    /// A file of rows between its head (day, number, extent) and its trailer.
    pub(super) fn file(width: usize, head: &str, rows: &[Self], sum: &str) -> Vec<u8> {
        let head = Self::of(width, "0").at(2, head);
        let trailer = Self::of(width, "9").at(2, &format!("{:010}{sum}", rows.len()));
        let all = std::iter::once(&head).chain(rows).chain(std::iter::once(&trailer));
        all.flat_map(|row| row.0.iter().copied().chain(*b"\r\n")).collect()
    }
}

/// A CSV file.
pub(super) fn csv(header: &str, rows: &[&str]) -> Vec<u8> {
    std::iter::once(&header).chain(rows).flat_map(|row| windows_1250(&format!("{row}\r\n"))).collect()
}

/// Writes a file and, last, its `.ok`.
pub(super) fn put(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    fs::write(path.with_extension("ok"), ok(content)).unwrap();
}

fn ok(content: &[u8]) -> String {
    let digest: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{};{digest}", content.len())
}

/// The one file of a kind in a folder, by its name, if its `.ok` is right.
pub(super) fn sealed(folder: &Path, within: &str, kind: &str) -> (String, String) {
    let names =
        fs::read_dir(folder.join(within)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names = names.filter(|name| name.starts_with(kind) && name.ends_with("_001.csv"));
    let (name, None) = (names.next().unwrap(), names.next()) else { panic!("two files of {kind}") };
    let path = folder.join(within).join(&name);
    let content = fs::read(&path).unwrap();
    assert_eq!(fs::read_to_string(path.with_extension("ok")).unwrap().trim_end(), ok(&content));
    (name, content.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect())
}

/// The letters that occur here.
fn windows_1250(text: &str) -> Vec<u8> {
    let byte = |letter| match letter {
        'Č' => 0xc8,
        'č' => 0xe8,
        'Ć' => 0xc6,
        'ć' => 0xe6,
        'Đ' => 0xd0,
        'đ' => 0xf0,
        'Š' => 0x8a,
        'š' => 0x9a,
        'Ž' => 0x8e,
        'ž' => 0x9e,
        ascii => u8::try_from(ascii).unwrap_or_else(|_| panic!("{ascii} is not in the table")),
    };
    text.chars().map(byte).collect()
}

/// A ZIP archive with one entry that is not packed (APPNOTE.TXT 4.3).
pub(super) fn stored_zip(name: &str, content: &[u8]) -> Vec<u8> {
    let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    // version, flags, method, time, day of an entry that is stored
    let common = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
        &crc32(content).to_le_bytes(),
        &long(content.len()),
        &long(content.len()),
        &short(name.len()),
        &[0, 0],
    ]
    .concat();
    let local = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), content].concat();
    let central = [b"PK\x01\x02\x14\x00", common.as_slice(), &[0; 14], name.as_bytes()].concat();
    let end =
        [&b"PK\x05\x06\0\0\0\0"[..], &short(1), &short(1), &long(central.len()), &long(local.len()), &[0, 0]].concat();
    [local, central, end].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

//! Whether a file is what it says it is, from its first byte to its last.

use std::{io, path::Path};

use crate::{
    code_page::{self, CONTROL, FORBIDDEN},
    columns::{Columns, Malformed},
    file_name::{FileName, Kind},
    lines::{Line, Lines},
    seal::{self, Seal},
    verdict::Verdict,
};

/// What a fixed-width file has to be like.
pub(crate) struct Shape {
    /// Columns of a row.
    pub(crate) width: usize,
    /// What a row adds to the trailer's sum, in minor units.
    pub(crate) adds: fn(Columns<'_>) -> Result<i64, Malformed>,
}

/// A row as the check goes over it.
pub(crate) struct Checked<'a> {
    pub(crate) bytes: &'a [u8],
    /// counted from 1
    pub(crate) number: u64,
    /// holds a control character
    pub(crate) is_spoiled: bool,
}

impl<'a> Checked<'a> {
    /// A line of a file that fits.
    pub(crate) fn of(line: &Line<'a>) -> Self {
        let is_spoiled = code_page::classes_in(line.bytes) & CONTROL != 0;
        Self { bytes: line.bytes, number: line.number, is_spoiled }
    }
}

/// Checks a fixed-width file and shows each of its rows to `each`.
pub(crate) fn fixed(
    path: &Path,
    name: &FileName,
    ok: &str,
    shape: &Shape,
    mut each: impl FnMut(&Checked<'_>),
) -> io::Result<Verdict> {
    let mut verdict = Verdict::new(name);
    let mut lines = Lines::hashing(path)?;
    let (mut count, mut sum, mut has_trailer) = (0_i64, 0_i64, false);
    while let Some(line) = lines.next()? {
        let is_spoiled = text(&line, &mut verdict);
        if line.bytes.len() != shape.width {
            let found = line.bytes.len();
            verdict.line(line.number, "wrong-width", format_args!("{found} columns instead of {}", shape.width));
            continue;
        }
        let columns = Columns(line.bytes);
        match (line.number, line.bytes.first()) {
            (_, _) if has_trailer => verdict.line(line.number, "wrong-order", "a row behind the trailer"),
            (1, Some(b'0')) => head(columns, name, &mut verdict),
            (1, _) => verdict.line(1, "wrong-head", "no head"),
            (_, Some(b'1')) => {
                count += 1;
                match (shape.adds)(columns) {
                    Ok(amount) => sum = sum.saturating_add(amount),
                    Err(malformed) => verdict.line(line.number, "malformed", malformed),
                }
                each(&Checked { bytes: line.bytes, number: line.number, is_spoiled });
            }
            (_, Some(b'9')) => {
                has_trailer = true;
                trailer(columns, count, sum, line.number, &mut verdict);
            }
            _ => verdict.line(line.number, "wrong-type", "a row of another type than 0, 1 and 9"),
        }
    }
    if !has_trailer {
        verdict.whole("no-trailer", "no trailer");
    }
    sealed(lines, ok, &mut verdict);
    Ok(verdict)
}

/// Checks a CSV file of `N` fields and shows each of its rows to `each`.
pub(crate) fn csv<const N: usize>(
    path: &Path,
    name: &FileName,
    ok: &str,
    header: &str,
    mut each: impl FnMut(&Checked<'_>, [&[u8]; N]),
) -> io::Result<Verdict> {
    let mut verdict = Verdict::new(name);
    let mut lines = Lines::hashing(path)?;
    let mut has_header = false;
    while let Some(line) = lines.next()? {
        let is_spoiled = text(&line, &mut verdict);
        if line.number == 1 {
            has_header = line.bytes == header.as_bytes();
            continue;
        }
        match crate::columns::split(line.bytes) {
            Some(fields) => each(&Checked { bytes: line.bytes, number: line.number, is_spoiled }, fields),
            None => verdict.line(line.number, "wrong-width", format_args!("another number of fields than {N}")),
        }
    }
    if !has_header {
        verdict.whole("wrong-header", format_args!("the first line is not {header}"));
    }
    sealed(lines, ok, &mut verdict);
    Ok(verdict)
}

/// Whether a line is text of the code page that ends as lines do; whether it holds a control character is returned.
fn text(line: &Line<'_>, verdict: &mut Verdict) -> bool {
    let classes = code_page::classes_in(line.bytes);
    if classes & FORBIDDEN != 0 {
        verdict.line(line.number, "bad-byte", "a byte that Windows-1250 does not have");
    }
    if !line.is_ended || (classes & CONTROL != 0 && line.bytes.contains(&b'\r')) {
        verdict.line(line.number, "line-end", "a line that does not end with CRLF");
    }
    classes & CONTROL != 0
}

fn head(columns: Columns<'_>, name: &FileName, verdict: &mut Verdict) {
    let day = columns.field("the day", 2, 9).number();
    let number = columns.field("the number", 10, 12).number();
    if (day, number) != (Ok(Some(name.place.day.into())), Ok(Some(name.place.number.into()))) {
        verdict.line(1, "wrong-head", "another day or number than in the name");
    }
    if extent(columns).is_none() {
        verdict.line(1, "wrong-head", "neither F nor D in column 13");
    }
}

/// Whether a head says that the file tells of everybody.
pub(crate) fn extent(head: Columns<'_>) -> Option<bool> {
    match head.field("the extent", 13, 13).raw() {
        b"F" => Some(true),
        b"D" => Some(false),
        _ => None,
    }
}

fn trailer(columns: Columns<'_>, count: i64, sum: i64, line: u64, verdict: &mut Verdict) {
    match columns.field("the count", 2, 11).number() {
        Ok(Some(said)) if said == count => {}
        _ => verdict.line(line, "wrong-count", format_args!("the count does not fit the {count} rows")),
    }
    let said = match columns.field("the sum", 12, 26).raw() {
        [b'-', digits @ ..] => crate::columns::Field::new("the sum", digits).number().map(|sum| sum.map(|sum| -sum)),
        digits => crate::columns::Field::new("the sum", digits).number(),
    };
    if said != Ok(Some(sum)) {
        verdict.line(line, "wrong-sum", format_args!("the sum does not fit that of the rows, {sum}"));
    }
}

fn sealed(lines: Lines, ok: &str, verdict: &mut Verdict) {
    let (bytes, sha256) = lines.digest();
    match Seal::parse(ok) {
        None => verdict.whole("wrong-ok", "its .ok is not one line of bytes;sha256"),
        Some(said) if said.bytes != bytes => {
            verdict.whole("wrong-ok", format_args!("{bytes} bytes, its .ok says {}", said.bytes));
        }
        Some(said) if said.sha256 != sha256 => {
            verdict.whole("wrong-ok", format_args!("its .ok says another digest than {}", seal::hex(&sha256)));
        }
        Some(_) => {}
    }
}

/// What the rows of a kind of file are made of.
pub(crate) fn shape(kind: Kind) -> Shape {
    match kind {
        Kind::Bills => Shape { width: crate::bill::WIDTH, adds: crate::bill::adds },
        _ => Shape { width: crate::customer::WIDTH, adds: |_| Ok(0) },
    }
}

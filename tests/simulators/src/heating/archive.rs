//! `PDF_yyyymm_mmm_nnn.zip`: the bills of one month and municipality as they were printed.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    path::Path,
};

use miniz_oxide::deflate::compress_to_vec;
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};

use super::{
    bill::{Bill, period_number},
    customer::{MUNICIPALITIES, Population},
    line::decimal,
    sealed::{Sealed, seal},
};
use crate::{gas::pdf, month::Month};

/// Which bills an archive holds.
pub(super) type Selection<'a> = &'a dyn Fn(&Bill) -> bool;

/// Writes one archive per municipality that has any of the bills, and seals them; their names are returned.
pub(super) fn write(
    folder: &Path,
    population: Population,
    period: Month,
    number: u16,
    revision: u32,
    selected: Selection<'_>,
) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for municipality in MUNICIPALITIES {
        let bills = population
            .all()
            .filter(|customer| customer.municipality() == municipality)
            .flat_map(|customer| Bill::of(customer, period, revision))
            .filter(|bill| bill.has_pdf() && selected(bill));
        let mut bills = bills.peekable();
        if bills.peek().is_none() {
            continue;
        }
        let name = format!("PDF_{}_{municipality:03}_{number:03}.zip", period_number(period));
        let mut archive = ZipArchiveWriter::new(Sealed::create(folder.join(&name))?);
        for bill in bills {
            add(&mut archive, &bill).map_err(io::Error::other)?;
        }
        let (path, content) = archive.finish().map_err(io::Error::other)?.finish()?;
        seal(&path, &content)?;
        names.push(name);
    }
    Ok(names)
}

/// Every other entry is deflated.
fn add(archive: &mut ZipArchiveWriter<Sealed>, bill: &Bill) -> Result<(), rawzip::Error> {
    let pdf = print(bill);
    let deflated = bill.customer.place.is_multiple_of(2);
    let method = if deflated { CompressionMethod::DEFLATE } else { CompressionMethod::STORE };
    let name = format!("{}.pdf", bill.number);
    let (mut entry, _) = archive.new_file(&name).compression_method(method).start()?;
    entry.write_all(&if deflated { compress_to_vec(&pdf, 6) } else { pdf.clone() })?;
    entry.finish(DataDescriptorOutput::new(rawzip::crc32(&pdf), pdf.len() as u64))?;
    Ok(())
}

/// The PDF of a bill: small, valid, and the same bytes every time.
pub(super) fn print(bill: &Bill) -> Vec<u8> {
    let mut content = String::from("BT /F1 12 Tf 16 TL 56 780 Td\n");
    for line in [
        "OBJEDINJENI RACUN".to_owned(),
        format!("Racun {}", bill.number),
        format!("Korisnik {}", bill.customer.number()),
        format!("Period: {}", bill.period),
        format!("Ukupno: {} RSD", decimal(bill.total.minor(), 2)),
        format!("Poziv na broj: 97 {}", bill.reference()),
    ] {
        // Only ASCII without brackets and backslashes is printed, so nothing needs escaping.
        writeln!(content, "({line}) Tj T*").expect("writing to a string does not fail");
    }
    content.push_str("ET\n");
    pdf::assemble(&content, None)
}

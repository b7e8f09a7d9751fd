//! The PDF of an invoice: small, valid, and the same bytes every time.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::invoice::{Invoice, InvoiceKind};

/// How many bytes of filling are kept in memory.
const MOST_FILLING: usize = 256 * 1024;

/// Prints an invoice as a PDF of one page; where a size in bytes is given and the page is smaller, it is filled up to it.
pub(super) fn print(invoice: &Invoice, size: Option<usize>) -> Vec<u8> {
    let content = content(invoice);
    let plain = assemble(&content, None);
    let Some(missing) = size.and_then(|size| size.checked_sub(plain.len())).filter(|missing| *missing > 0) else {
        return plain;
    };
    // The filling object brings its own frame, whose length depends a little on the filling's; two rounds settle it.
    let frame = |filling: usize| assemble(&content, Some(filling)).len() - plain.len() - filling;
    let first = missing.saturating_sub(frame(missing));
    assemble(&content, Some(missing.saturating_sub(frame(first))))
}

/// The drawing instructions: what a reader of the page sees.
fn content(invoice: &Invoice) -> String {
    let title = match invoice.kind {
        InvoiceKind::Invoice => "RACUN",
        InvoiceKind::Credit => "KNJIZNO ODOBRENJE",
        InvoiceKind::Advance => "AVANSNI RACUN",
        InvoiceKind::Reminder => "OPOMENA",
    };
    let payee = invoice.issuer.map_or(invoice.payment.payee, |issuer| issuer.latin_name());
    let mut lines = vec![
        payee.to_owned(),
        format!("{title} {}", invoice.invoice_no),
        format!("Period: {}", invoice.period),
        format!("Datum: {}", invoice.issued),
        format!("Ukupno: {} {}", invoice.total, invoice.currency),
    ];
    lines.extend(
        invoice
            .due
            .iter()
            .map(|due| format!("{}. rata: {} {} do {}", due.part, due.amount, invoice.currency, due.date)),
    );
    lines.push(format!("Racun za uplatu: {}", invoice.payment.account));
    let model = invoice.payment.model.unwrap_or_default();
    lines.push(format!("Poziv na broj: {model} {}", invoice.payment.reference));
    let mut content = String::from("BT /F1 12 Tf 16 TL 56 780 Td\n");
    for line in lines {
        // Only ASCII without brackets and backslashes is printed, so nothing needs escaping.
        writeln!(content, "({line}) Tj T*").expect("writing to a string does not fail");
    }
    content.push_str("ET\n");
    if let Some(note) = invoice.note {
        // behind the text: what a reader of the page does not know it passes over
        writeln!(content, "% {note}").expect("writing to a string does not fail");
    }
    content
}

/// A PDF of one page with these drawing instructions, made larger by so many bytes of noise.
pub(crate) fn assemble(content: &str, filling: Option<usize>) -> Vec<u8> {
    let stream = |body: &str| format!("<< /Length {} >>\nstream\n{body}\nendstream", body.len());
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        stream(content),
    ];
    objects.extend(filling.map(|length| stream(&noise(length))));

    // The comment with bytes above 127 tells transports that the file is binary.
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).expect("writing to a string does not fail");
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = file.len();
    let size = objects.len() + 1;
    let trailer =
        format!("xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// Hexadecimal noise, which compresses about as badly as a scanned logo.
fn noise(length: usize) -> String {
    // the same for every document: what most are filled with is drawn once
    static MOST: LazyLock<String> = LazyLock::new(|| drawn(MOST_FILLING));
    if length <= MOST_FILLING { MOST[..length].to_owned() } else { drawn(length) }
}

fn drawn(length: usize) -> String {
    let mut draw = crate::draw::Draw::new(0, "pdf", 0);
    let mut noise = String::with_capacity(length + 16);
    while noise.len() < length {
        write!(noise, "{:016x}", draw.bits()).expect("writing to a string does not fail");
    }
    noise.truncate(length);
    noise
}

#[cfg(test)]
mod tests {
    use super::super::billing;
    use super::super::customer::Population;
    use super::*;
    use crate::month::Month;

    fn invoice() -> Invoice {
        billing::issue(Population::of(7, 9).at(2).unwrap(), Month::new(2024, 7)).remove(0)
    }

    #[test]
    fn number_period_and_total_are_printed_in_it() {
        let invoice = invoice();
        let text = String::from_utf8_lossy(&print(&invoice, None)).into_owned();
        for printed in [invoice.invoice_no.as_str(), "2024-07", &invoice.total.to_string()] {
            assert!(text.contains(printed), "{printed}");
        }
    }

    #[test]
    fn the_cross_reference_table_points_at_every_object() {
        for size in [None, Some(30_000)] {
            let file = print(&invoice(), size);
            let find = |needle: &[u8]| file.windows(needle.len()).rposition(|window| window == needle).unwrap();
            let start = find(b"startxref\n") + 10;
            let offset: usize = std::str::from_utf8(&file[start..]).unwrap().lines().next().unwrap().parse().unwrap();
            let table = std::str::from_utf8(&file[offset..]).unwrap();
            assert!(table.starts_with("xref\n0 "));
            for (object, entry) in table.lines().skip(3).take_while(|line| line.ends_with(" n ")).enumerate() {
                let at: usize = entry[..10].parse().unwrap();
                assert!(file[at..].starts_with(format!("{} 0 obj\n", object + 1).as_bytes()));
            }
        }
    }

    #[test]
    fn it_is_filled_up_to_the_very_byte() {
        for size in [30_000, 150_000, 100_000, 10_050, 2_000] {
            assert_eq!(print(&invoice(), Some(size)).len(), size);
        }
        assert_eq!(print(&invoice(), Some(10)), print(&invoice(), None));
    }
}

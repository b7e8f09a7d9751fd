//! The PDF of a bill: small, valid, and the same bytes every time.

use std::fmt::Write as _;

use super::bill::Bill;

/// Prints a bill as a PDF of one page.
pub(super) fn print(bill: &Bill) -> Vec<u8> {
    let lines = [
        "ELEKTRO GORENJSKA, d.d.".to_owned(),
        format!("RACUN {}", bill.stevilka),
        format!("Merilno mesto: {}", bill.merilno_mesto),
        format!("Obdobje: {}", bill.obdobje),
        format!("Znesek: {} {}", bill.znesek, bill.valuta),
        format!("Zapade: {}", bill.zapade),
        format!("Sklic: {}", bill.placilo.sklic),
    ];
    let mut content = String::from("BT /F1 12 Tf 16 TL 56 780 Td\n");
    for line in lines {
        // only ASCII without brackets and backslashes is printed, so nothing needs escaping
        writeln!(content, "({line}) Tj T*").expect("writing to a string does not fail");
    }
    content.push_str("ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    // the comment with bytes above 127 tells transports that the file is binary
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).expect("writing to a string does not fail");
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let (start, size) = (file.len(), objects.len() + 1);
    let trailer =
        format!("xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(trailer.as_bytes());
    file
}

//! The PDF of a bill: small, valid, the same bytes every time, in base64 with line breaks or without.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::bill::Bill;
use super::print::hundredths;

/// Characters of a line of base64.
const LINE: usize = 76;

/// The bytes of the PDF, filled up to `size` with a comment.
pub(super) fn pdf(bill: &Bill, size: Option<usize>) -> Vec<u8> {
    let text = format!("BT /F1 12 Tf 56 780 Td (RACUN {} {}) Tj ET", bill.number, hundredths(bill.total));
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).expect("writing to a string does not fail");
        writeln!(file, "{} 0 obj\n{object}\nendobj", index + 1).expect("writing to a string does not fail");
    }
    let trailer =
        |start: usize| format!("xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    let plain = file.len() + trailer(file.len()).len();
    if let Some(missing) = size.and_then(|size| size.checked_sub(plain + 16)).filter(|missing| *missing > 0) {
        file.push('%');
        file.extend(std::iter::repeat_n('x', missing));
        file.push('\n');
    }
    let start = file.len();
    file.push_str(&trailer(start));
    file.into_bytes()
}

/// In base64; every other bill has line breaks in it.
pub(super) fn base64(bill: &Bill, size: Option<usize>) -> String {
    let text = STANDARD.encode(pdf(bill, size));
    if bill.period.number() % 2 == 0 {
        return text;
    }
    let mut broken = String::with_capacity(text.len() + text.len() / LINE * 2 + 2);
    for start in (0..text.len()).step_by(LINE) {
        broken.push_str(&text[start..text.len().min(start + LINE)]);
        broken.push_str("\r\n");
    }
    broken
}

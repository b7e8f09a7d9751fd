//! PDFs for tests, object by object.

use std::fmt::Write;

/// A PDF that is put together from its objects; the first is its catalogue, the third its page.
#[derive(Clone)]
pub(crate) struct Paper {
    /// The objects, numbered from 1 on.
    pub(crate) objects: Vec<Vec<u8>>,
    /// What stands between the objects and their table.
    pub(crate) loose: Vec<u8>,
    /// What the trailer says besides.
    pub(crate) trailer: String,
}

impl Paper {
    /// A page with a line of text and a link, as an office program writes it.
    pub(crate) fn plain() -> Self {
        Self::with_catalogue("/OpenAction[3 0 R/XYZ null null 0]")
    }

    /// The same with more in its catalogue.
    pub(crate) fn with_catalogue(more: &str) -> Self {
        let content = b"BT /F1 12 Tf 72 720 Td (Molba /JS) Tj ET";
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
                    /Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>\
                    /Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.rs)>>>>]>>";
        let mut paper = Self { objects: Vec::new(), loose: Vec::new(), trailer: String::new() };
        paper.add(format!("<</Type/Catalog/Pages 2 0 R{more}>>"));
        paper.add("<</Type/Pages/Kids[3 0 R]/Count 1>>");
        paper.add(page);
        paper.stream(format!("<</Length {}>>", content.len()), content);
        paper
    }

    /// Adds an object; answers its number.
    pub(crate) fn add(&mut self, body: impl AsRef<[u8]>) -> usize {
        self.objects.push(body.as_ref().to_vec());
        self.objects.len()
    }

    /// Adds a stream; answers its number.
    pub(crate) fn stream(&mut self, dict: impl AsRef<[u8]>, raw: &[u8]) -> usize {
        self.add([dict.as_ref(), b"\nstream\n", raw, b"\nendstream"].concat())
    }

    /// Adds a stream of packed objects, which no table leads to.
    pub(crate) fn packed(&mut self, body: &str, more: &str) -> usize {
        let objects = format!("90 0 {body}");
        let raw = miniz_oxide::deflate::compress_to_vec_zlib(objects.as_bytes(), 6);
        self.stream(format!("<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length {}{more}>>", raw.len()), &raw)
    }

    /// The file.
    pub(crate) fn written(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for (index, body) in self.objects.iter().enumerate() {
            writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
            file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            file.extend_from_slice(body);
            file.extend_from_slice(b"\nendobj\n");
        }
        file.extend_from_slice(&self.loose);
        let start = file.len();
        let (size, more) = (self.objects.len() + 1, &self.trailer);
        let trailer = format!("{table}trailer\n<</Size {size}/Root 1 0 R{more}>>\nstartxref\n{start}\n%%EOF\n");
        file.extend_from_slice(trailer.as_bytes());
        file
    }

    /// The file with a revision behind it that puts another catalogue in place of the first.
    pub(crate) fn revised(&self, catalogue: &str) -> Vec<u8> {
        let mut file = self.written();
        let before = file.windows(9).rposition(|word| word == b"startxref").unwrap();
        let digits = file[before + 10..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let previous = String::from_utf8(file[before + 10..before + 10 + digits].to_vec()).unwrap();
        let at = file.len();
        file.extend_from_slice(format!("1 0 obj\n{catalogue}\nendobj\n").as_bytes());
        let (start, size) = (file.len(), self.objects.len() + 1);
        let table = format!(
            "xref\n1 1\n{at:010} 00000 n \ntrailer\n<</Size {size}/Root 1 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n"
        );
        file.extend_from_slice(table.as_bytes());
        file
    }
}

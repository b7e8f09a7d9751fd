//! A folder of the exchange, written by hand.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use komunala_adapter_heating::{Exchange, Folders, Settings};
use komunala_adapter_sdk::{
    Error,
    files::{Portion, Row},
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// 2024-07-02, noon in Belgrade.
pub(crate) const NOW: u64 = 1_719_914_400;
pub(crate) const DAY: u64 = 86_400;

/// An exchange and its folder.
pub(crate) struct Folder {
    folder: TempDir,
    pub(crate) exchange: Exchange,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["out", "in", "ack"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let suppliers = r#"{"01": "JKP Toplana"}"#;
        let (payee, code) = (Some("JKP Objedinjena".to_owned()), Some("189".to_owned()));
        let settings = Settings::new("RSD".to_owned(), payee, code, suppliers, "CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let exchange = Exchange::new(Folders::below(folder.path()), settings);
        Self { exchange: exchange.at(moment(NOW)), folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in Windows-1250.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), encode(text)).unwrap();
    }

    /// Writes the `.ok` of a file that is there.
    pub(crate) fn seal(&self, name: &str) {
        let path = self.path(name);
        let bytes = fs::read(&path).unwrap();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(path.with_extension("ok"), format!("{};{digest}\n", bytes.len())).unwrap();
    }

    /// Writes a file and its `.ok`.
    pub(crate) fn put(&self, name: &str, text: &str) {
        self.write(name, text);
        self.seal(name);
    }

    pub(crate) fn text(&self, name: &str) -> String {
        encoding_rs::WINDOWS_1250.decode(&fs::read(self.path(name)).unwrap()).0.into_owned()
    }

    pub(crate) fn at(&self, seconds: u64) -> Exchange {
        self.exchange.clone().at(moment(seconds))
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.exchange.list_files(None, 1000).unwrap().items.into_iter().map(|file| file.id).collect()
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        self.exchange.list_files(None, 1000).unwrap().problems.into_iter().map(|problem| problem.message).collect()
    }

    pub(crate) fn fingerprint(&self, id: &str) -> String {
        let page = self.exchange.list_files(None, 1000).unwrap();
        page.items.into_iter().find(|file| file.id == id).unwrap_or_else(|| panic!("{id} is listed")).fingerprint
    }

    pub(crate) fn portion(&self, id: &str, since: Option<&str>, size: u16) -> Result<Portion, Error> {
        self.exchange.read_file(id, &self.fingerprint(id), since, size)
    }

    /// All rows of a file, in portions of `size`, and the messages of its problems.
    pub(crate) fn rows(&self, id: &str, size: u16) -> (Vec<Row>, Vec<String>) {
        let (mut rows, mut problems, mut since) = (Vec::new(), Vec::new(), None);
        loop {
            let portion = self.portion(id, since.as_deref(), size).unwrap();
            assert!(portion.rows.len() <= usize::from(size));
            rows.extend(portion.rows);
            problems.extend(portion.problems.into_iter().map(|problem| problem.message));
            since = portion.next;
            if since.is_none() {
                return (rows, problems);
            }
        }
    }

    /// The messages of a refusal.
    pub(crate) fn refusal(&self, id: &str) -> Vec<String> {
        match self.portion(id, None, 10) {
            Err(Error::Rejected(violations)) => violations.into_iter().map(|violation| violation.message).collect(),
            other => panic!("{id} is not refused: {other:?}"),
        }
    }
}

fn encode(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1250.encode(text).0.into_owned()
}

pub(crate) fn moment(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A line of fixed width: texts at their first columns, counted from 1.
pub(crate) fn fixed(width: usize, fields: &[(usize, &str)]) -> String {
    let mut line: Vec<char> = vec![' '; width];
    for (first, text) in fields {
        for (column, letter) in text.chars().enumerate() {
            line[first - 1 + column] = letter;
        }
    }
    line.into_iter().chain("\r\n".chars()).collect()
}

/// `RAC_20240701_001.txt` of some rows, with the sum of their totals.
pub(crate) fn bills(rows: &[String], sum: &str) -> String {
    let head = fixed(300, &[(1, "020240701001F")]);
    let trailer = fixed(300, &[(1, &format!("9{:010}{sum}", rows.len()))]);
    head + &rows.concat() + &trailer
}

/// A bill of a number and a total, plain in everything else.
pub(crate) fn bill(number: &str, total: &str) -> String {
    fixed(300, &[(1, "10100000001202406"), (18, number), (32, "2024070820240728"), (48, total)])
}

/// `STV` of some rows.
pub(crate) fn lines(rows: &[&str]) -> String {
    let header = "racun;davalac;sifra;naziv;kolicina;jm;cena;iznos\r\n";
    rows.iter().fold(header.to_owned(), |text, row| text + row + "\r\n")
}

/// `KOR_20240701_001.txt` of some rows.
pub(crate) fn customers(place: &str, rows: &[String]) -> String {
    let head = fixed(400, &[(1, &format!("0{place}F"))]);
    let trailer = fixed(400, &[(1, &format!("9{:010}000000000000000", rows.len()))]);
    head + &rows.concat() + &trailer
}

/// A customer of a number.
pub(crate) fn customer(number: &str) -> String {
    fixed(400, &[(1, "1"), (2, number), (84, "Ljiljana Džinić"), (124, "Njegoševa 5"), (174, "011S000540002N")])
}

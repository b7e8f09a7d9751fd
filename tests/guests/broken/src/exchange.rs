//! Misdeeds with files: lines of payments below `/exchange`, and a last line that says how many there are.

use std::fs;

use komunala_adapter_sdk::{
    Date, Error,
    documents::Document,
    files::{Content, File, FilePage, Files, HandOverReport, Payment, Portion, Row},
};

use crate::{Broken, misdeed};

const FOLDER: &str = "/exchange";

/// The only state that a file has here.
const FINGERPRINT: &str = "first";

fn lines(file: &str) -> Result<Vec<String>, Error> {
    let text = fs::read_to_string(format!("{FOLDER}/{file}")).map_err(|_| Error::NotFound)?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn number(text: Option<String>, name: &str) -> Result<usize, Error> {
    text.map_or(Ok(0), |text| text.parse().map_err(|_| Error::rejected(name, "malformed", "not a cursor of this list")))
}

impl Files for Broken {
    fn list_files(since: Option<String>, size: u16) -> Result<FilePage, Error> {
        let start = number(since, "since")?;
        let mut names: Vec<String> = fs::read_dir(FOLDER)
            .map_err(|_| Error::config("no folder exchange"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        let end = (start + usize::from(size)).min(names.len());
        let file = |(place, name): (usize, &String)| File {
            id: name.clone(),
            content: Content::Payments,
            sequence: place as u64,
            fingerprint: FINGERPRINT.to_owned(),
            full: false,
            size: 0,
        };
        let items = names.iter().enumerate().take(end).skip(start).map(file).collect();
        Ok(FilePage { items, problems: Vec::new(), next: (end < names.len()).then(|| end.to_string()) })
    }

    fn read_file(file: String, fingerprint: String, since: Option<String>, size: u16) -> Result<Portion, Error> {
        if fingerprint != FINGERPRINT {
            return Err(Error::conflict("another fingerprint"));
        }
        let mut lines = lines(&file)?;
        let said = lines.last().and_then(|line| line.strip_prefix("END "));
        let is_whole = said.is_some_and(|said| said.parse() == Ok(lines.len() - 1));
        if is_whole {
            lines.pop();
        } else if !misdeed::is("cut-files") {
            return Err(Error::rejected("total", "malformed", "the file has no end"));
        }
        let start = number(since, "since")?;
        let end = (start + usize::from(size)).min(lines.len());
        let rows = lines.iter().enumerate().take(end).skip(start).map(|(place, amount)| row(place, amount)).collect();
        let skipped = usize::from(misdeed::is("files"));
        let next = (end < lines.len()).then(|| (end + skipped).to_string());
        Ok(Portion { rows, problems: Vec::new(), next })
    }

    fn read_document(_: String, _: String) -> Result<Document, Error> {
        Err(Error::NotFound)
    }

    fn hand_over() -> Result<HandOverReport, Error> {
        Ok(HandOverReport { files: Vec::new(), problems: Vec::new() })
    }
}

fn row(place: usize, amount: &str) -> Row {
    Row::Payment(Payment {
        id: place.to_string(),
        account: "c-17".to_owned(),
        date: Date { year: 2026, month: 11, day: 2 },
        amount: amount.parse().unwrap_or_default(),
        currency: "RSD".to_owned(),
        reference: None,
        channel: None,
    })
}

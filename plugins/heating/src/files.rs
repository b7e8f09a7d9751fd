//! `files`: what the billing system leaves, and what is left for it.

use std::io;

use komunala_adapter_sdk::{
    Error,
    files::{Document, FilePage, Files, HandOverReport, Portion},
};

use crate::{
    Exchange, Heating, acknowledgement, bill, bill_line,
    check::{self, Checked},
    columns::Columns,
    cursor::{Cursor, MAX_ASIDE},
    file_name::Kind,
    lines::Lines,
    payment, portion,
    source::{Part, Source},
    tally::{Suspects, Tally, key},
    verdict::{Verdict, unreadable},
};

impl Exchange {
    /// Rows of a file; the contract's `read-file`. The call without `since` goes over the whole file first.
    pub fn read_file(&self, id: &str, fingerprint: &str, since: Option<&str>, size: u16) -> Result<Portion, Error> {
        let source = Source::find(&self.folders, id)?;
        if source.fingerprint() != fingerprint {
            return Err(Error::conflict(format_args!("{id} was sent again")));
        }
        let cursor = match since {
            Some(cursor) => cursor.parse()?,
            None => self.check(&source)?,
        };
        portion::read(self, &source, cursor, size)
    }

    /// Where to begin to read a file that fits.
    fn check(&self, source: &Source) -> Result<Cursor, Error> {
        let name = source.name();
        let fits = |part: &Part| {
            let verdict = self.verdict(part, &mut None);
            Verdict::all([verdict.map_err(unreadable(part.name.file()))?])
        };
        if name.kind != Kind::Bills {
            fits(&source.parts[0])?;
            return Ok(Cursor::default());
        }
        // with no lines at all there is nothing to add up
        let mut tally = (source.parts.len() > 1).then(Tally::new);
        let verdicts = source.parts.iter().map(|part| self.verdict(part, &mut tally));
        let verdicts = verdicts.collect::<io::Result<Vec<_>>>().map_err(unreadable(name))?;
        Verdict::all(verdicts)?;
        let aside = match tally {
            Some(tally) => self.wrong_bills(source, &tally).map_err(unreadable(name))?,
            None => Vec::new(),
        };
        if aside.len() > MAX_ASIDE {
            let message = format!("{name}: more than {MAX_ASIDE} bills are not the sum of their lines");
            return Err(Error::rejected("file", "wrong-sum", message));
        }
        Ok(Cursor { aside, ..Cursor::default() })
    }

    /// Goes over one part; bills and lines are added up on the way.
    fn verdict(&self, part: &Part, tally: &mut Option<Tally>) -> io::Result<Verdict> {
        let (name, ok) = (&part.name, part.ok.as_str());
        let path = self.folders.incoming(name);
        match name.kind {
            Kind::Customers | Kind::Bills => check::fixed(&path, name, ok, &check::shape(name.kind), |row| {
                if let Some(tally) = tally {
                    let (bill, total) = bill_total(row.bytes);
                    tally.bill(bill, total);
                }
            }),
            Kind::Lines => check::csv(&path, name, ok, bill_line::HEADER, |row, fields| {
                if let Some(tally) = tally {
                    let (bill, amount) = line_amount(row, fields);
                    tally.line(bill, amount);
                }
            }),
            Kind::Payments => check::csv::<{ payment::FIELDS }>(&path, name, ok, payment::HEADER, |_, _| ()),
            Kind::Deliveries | Kind::Requests => {
                check::csv::<{ acknowledgement::FIELDS }>(&path, name, ok, acknowledgement::HEADER, |_, _| ())
            }
        }
    }

    /// The bills that are not the sum of their lines, or rather more than may be put aside.
    fn wrong_bills(&self, source: &Source, tally: &Tally) -> io::Result<Vec<u64>> {
        let mut wrong = Vec::new();
        for mut suspects in tally.suspects() {
            for part in &source.parts {
                let mut lines = Lines::open(&self.folders.incoming(&part.name), 0, 0)?;
                while let Some(line) = lines.next()? {
                    let row = Checked::of(&line);
                    look_again(&mut suspects, part.name.kind, &row);
                }
            }
            wrong.extend(suspects.wrong());
            if wrong.len() > MAX_ASIDE {
                break;
            }
        }
        Ok(wrong)
    }
}

fn look_again(suspects: &mut Suspects, kind: Kind, row: &Checked<'_>) {
    if kind == Kind::Bills && row.bytes.first() == Some(&b'1') {
        let (bill, total) = bill_total(row.bytes);
        suspects.bill(bill, total);
    } else if kind == Kind::Lines
        && row.number > 1
        && let Some(fields) = crate::columns::split(row.bytes)
    {
        let (bill, amount) = line_amount(row, fields);
        suspects.line(bill, row.bytes, amount);
    }
}

fn bill_total(row: &[u8]) -> (u64, Option<i64>) {
    let row = Columns(row);
    (key(bill::number(row).trimmed()), bill::total(row).ok().flatten())
}

fn line_amount(row: &Checked<'_>, fields: [&[u8]; bill_line::FIELDS]) -> (u64, Option<i64>) {
    let line = bill_line::Line::new(fields);
    (key(line.bill().trimmed()), line.adds().ok().filter(|_| !row.is_spoiled))
}

impl Files for Heating {
    fn list_files(since: Option<String>, size: u16) -> Result<FilePage, Error> {
        Exchange::here()?.list_files(since.as_deref(), size)
    }

    fn read_file(file: String, fingerprint: String, since: Option<String>, size: u16) -> Result<Portion, Error> {
        Exchange::here()?.read_file(&file, &fingerprint, since.as_deref(), size)
    }

    fn read_document(invoice: String, document: String) -> Result<Document, Error> {
        Exchange::here()?.read_document(&invoice, &document)
    }

    fn hand_over() -> Result<HandOverReport, Error> {
        Exchange::here()?.hand_over()
    }
}

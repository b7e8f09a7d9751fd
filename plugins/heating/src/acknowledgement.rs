//! Files in `ack/`: what became of the rows that the hub wrote.

use std::{fs, io};

use komunala_adapter_sdk::{
    Date, Error,
    files::{Acknowledgement, Written, WrittenDelivery},
    types::DeliveryChannel,
};

use crate::{
    code_page,
    columns::{Field, Malformed, split},
    exchange::Exchange,
    file_name::{FileName, Kind, date},
    outbox,
    seal::{self, Seal},
    source,
    verdict::unreadable,
};

/// The first line of a file.
pub(crate) const HEADER: &str = "red;korisnik;odgovor";

/// Fields of a row.
pub(crate) const FIELDS: usize = 3;

/// The largest file of the hub's own that is looked at.
const MAX_SENT: u64 = 16 << 20;

/// What is answered where a row was taken over.
const TAKEN_OVER: &str = "OK";

/// The rows that were handed over under the same name, and when they were answered.
pub(crate) struct Sent {
    rows: Vec<SentRow>,
    date: Date,
}

struct SentRow {
    customer: String,
    write: Option<Written>,
}

impl Sent {
    /// What an answer is an answer to; `conflict` where it is gone.
    pub(crate) fn load(exchange: &Exchange, name: &FileName) -> Result<Self, Error> {
        let path = exchange.folders.outgoing(name);
        let size = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = format!("{}: in/ has no file of this name", name.file());
                return Err(Error::rejected("file", "unknown", message));
            }
            found => found.map_err(unreadable(name.file()))?.len(),
        };
        if size > MAX_SENT {
            return Err(Error::rejected("file", "out-of-range", format_args!("in/{} is too large", name.file())));
        }
        let bytes = fs::read(&path).map_err(unreadable(name.file()))?;
        // an answer to row 2 of half a file would be anybody's
        let ok = seal::read(&path.with_extension("ok")).map_err(unreadable(name.ok()))?;
        if ok.is_some_and(|ok| Seal::parse(&ok).is_none_or(|said| said != Seal::of(&bytes))) {
            let message = format!("in/{} is not what its .ok says: it cannot be told what was answered", name.file());
            return Err(Error::rejected("file", "wrong-ok", message));
        }
        let rows = outbox::rows(&bytes).map(|row| SentRow::read(row, name.kind)).collect();
        Ok(Self { rows, date: answered_on(exchange, name)? })
    }

    /// The answer of a row.
    pub(crate) fn answer(&self, row: &[u8]) -> Result<Acknowledgement, Malformed> {
        let fields =
            split::<FIELDS>(row).ok_or(Malformed { field: "the row", what: "has another number of fields" })?;
        let (number, answer) = (Field::new("red", fields[0]), Field::new("odgovor", fields[2]));
        let index = std::str::from_utf8(number.trimmed()).ok().and_then(|text| text.parse::<usize>().ok());
        let sent = index.and_then(|index| self.rows.get(index.checked_sub(1)?));
        let sent = sent.ok_or(number.malformed("is no row of the file that was sent"))?;
        let customer = Field::new("korisnik", fields[1]);
        if customer.trimmed() != sent.customer.as_bytes() {
            return Err(customer.malformed("is not the one of the row that was sent"));
        }
        let write = sent.write.clone().ok_or(number.malformed("is a row that the hub did not write"))?;
        let answer = answer.word()?;
        Ok(Acknowledgement { write, refused: (answer != TAKEN_OVER).then_some(answer), date: self.date })
    }
}

impl SentRow {
    fn read(row: &[u8], kind: Kind) -> Self {
        let fields: Vec<&[u8]> = row.split(|byte| *byte == b';').collect();
        let text = |index: usize| {
            let bytes: &[u8] = fields.get(index).copied().unwrap_or_default();
            code_page::decode(bytes).unwrap_or_default()
        };
        if kind == Kind::Requests {
            return Self { customer: text(1), write: Some(Written::Request(text(0))) };
        }
        let channel = match fields.get(1).copied() {
            Some(b"P") => Some(DeliveryChannel::Paper),
            Some(b"E") => Some(DeliveryChannel::Email),
            _ => None,
        };
        let written = |channel| Written::Delivery(WrittenDelivery { account: text(0), channel });
        Self { customer: text(0), write: channel.map(written) }
    }
}

/// What was answered to the rows of a file, by their numbers.
pub(crate) struct Answers(Vec<usize>);

impl Answers {
    /// Whether a row, counted from 1, was taken over.
    pub(crate) fn is_taken_over(&self, row: usize) -> bool {
        self.0.binary_search(&row).is_ok()
    }
}

/// The answers to a file that was handed over; none while there are none.
pub(crate) fn answers(exchange: &Exchange, name: &FileName) -> Result<Option<Answers>, Error> {
    if source::ok(&exchange.folders, name)?.is_none() {
        return Ok(None);
    }
    let content = fs::read(exchange.folders.incoming(name)).map_err(unreadable(name.file()))?;
    let taken_over = outbox::rows(&content).filter_map(|row| {
        let fields = split::<FIELDS>(row).filter(|fields| fields[2] == TAKEN_OVER.as_bytes())?;
        std::str::from_utf8(fields[0]).ok()?.parse().ok()
    });
    let mut rows: Vec<usize> = taken_over.collect();
    rows.sort_unstable();
    Ok(Some(Answers(rows)))
}

/// The day on which an answer came is that of its `.ok`, and never before the day of what it answers.
fn answered_on(exchange: &Exchange, name: &FileName) -> Result<Date, Error> {
    let ok = exchange.folders.ack.join(name.ok());
    let modified = fs::metadata(ok).and_then(|metadata| metadata.modified()).map_err(unreadable(name.ok()))?;
    let day = exchange.day_of(modified).max(name.place.day);
    date(day).ok_or_else(|| Error::upstream(format_args!("{} is of no day of the calendar", name.ok())))
}

//! What came by mail: each mail is held against the billing system's books as it comes, and a small row is kept of it.

use std::{
    collections::hash_map::DefaultHasher,
    fmt,
    hash::{Hash as _, Hasher as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use komunala_simulators::gas::Customer;
use komunala_sink::{Reader, ReceivedMail};
use mail_parser::{MessageParser, MimeHeaders as _};

use super::{Resident, Residents};

/// How many bills of a month somebody has at most.
const BILLS_EACH: usize = 2;
/// How many mails that are not as they should be are told of.
const TOLD: usize = 10;

/// Everybody's letterbox.
pub struct Letterbox {
    residents: Residents,
    kept: Mutex<Kept>,
}

struct Kept {
    rows: Vec<Row>,
    tally: Tally,
}

/// What is kept of the mails of one bill.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    mails: u16,
    /// A hash of the Message-ID of the first.
    message_id: u64,
}

/// What came, and what of it was not as it should be.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Mails.
    pub mails: u64,
    /// Mails with a bill of their recipient, letter and document, byte for byte.
    pub right: u64,
    /// Of these, further mails of a bill that had come before, under the same Message-ID.
    pub copies: u64,
    /// Copies under another Message-ID than the first: whoever reads them sees two mails.
    pub other_ids: u64,
    /// Mails with a bill, or a document, that belongs to somebody else.
    pub anothers: u64,
    /// Mails that are not as the hub writes them.
    pub broken: u64,
    /// Mails to nobody of the town: what a bill's text made of one mail would be here.
    pub strays: u64,
    /// What was wrong with the first of those.
    pub told: Vec<String>,
}

/// What is wrong with a mail.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    Anothers(&'static str),
    Broken(&'static str),
    Stray,
}

impl Letterbox {
    /// Empty ones.
    pub fn of(residents: Residents) -> Self {
        let places = residents.books().population().count as usize;
        let kept = Kept { rows: vec![Row::default(); places * BILLS_EACH], tally: Tally::default() };
        Self { residents, kept: Mutex::new(kept) }
    }

    /// Reads what comes.
    pub(super) fn reader(self: &Arc<Self>) -> Reader {
        let letterbox = self.clone();
        Reader::new(move |mail| letterbox.read(mail))
    }

    /// What came so far.
    pub fn tally(&self) -> Tally {
        self.kept().tally.clone()
    }

    /// How many bills came to nobody.
    pub fn missing(&self) -> usize {
        let came = |resident: &Resident, kept: &Kept| {
            let first = row(resident.customer, 0);
            let rows = kept.rows.iter().skip(first).take(resident.bills.len());
            rows.filter(|row| row.mails > 0).count()
        };
        self.residents.all().map(|resident| resident.bills.len() - came(&resident, &self.kept())).sum()
    }

    fn read(&self, mail: &ReceivedMail) {
        let found = self.bill_of(mail);
        let mut kept = self.kept();
        let Kept { rows, tally } = &mut *kept;
        tally.mails += 1;
        match found {
            Ok((at, message_id)) => {
                tally.right += 1;
                let row = &mut rows[at];
                if row.mails == 0 {
                    row.message_id = message_id;
                } else {
                    tally.copies += 1;
                    tally.other_ids += u64::from(row.message_id != message_id);
                }
                row.mails = row.mails.saturating_add(1);
            }
            Err(wrong) => {
                match wrong {
                    Wrong::Anothers(_) => tally.anothers += 1,
                    Wrong::Broken(_) => tally.broken += 1,
                    Wrong::Stray => tally.strays += 1,
                }
                if tally.told.len() < TOLD {
                    tally.told.push(format!("to {}: {wrong}", mail.recipients.join(", ")));
                }
            }
        }
    }

    /// Which bill a mail brings its recipient, by its row, and a hash of its Message-ID.
    fn bill_of(&self, mail: &ReceivedMail) -> Result<(usize, u64), Wrong> {
        let [recipient] = mail.recipients.as_slice() else { return Err(Wrong::Stray) };
        let customer = self.residents.customer(recipient).ok_or(Wrong::Stray)?;
        let read = MessageParser::default().parse(&mail.data).ok_or(Wrong::Broken("it is no mail"))?;
        let mut documents = read.attachments().filter_map(|part| Some((part.attachment_name()?, part.contents())));
        let (Some((name, document)), None) = (documents.next(), documents.next()) else {
            return Err(Wrong::Broken("it has not one document"));
        };
        let number = name.strip_suffix(".pdf").ok_or(Wrong::Broken("its document is no PDF"))?;
        let bills = self.residents.bills_of(customer);
        let nth = bills.iter().position(|bill| bill == number).ok_or(Wrong::Anothers("the bill is another's"))?;
        if self.residents.books().pdf(number).as_deref() != Some(document) {
            return Err(Wrong::Anothers("the document is another's"));
        }
        let says = |text: Option<&str>| text.is_some_and(|text| text.contains(number));
        if !says(read.subject()) || !says(read.body_text(0).as_deref()) || !says(read.body_html(0).as_deref()) {
            return Err(Wrong::Anothers("the letter is another's"));
        }
        let mut hash = DefaultHasher::new();
        read.message_id().ok_or(Wrong::Broken("it has no Message-ID"))?.hash(&mut hash);
        Ok((row(customer, nth), hash.finish()))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the row of a customer's `nth` bill is.
fn row(customer: Customer, nth: usize) -> usize {
    customer.place() as usize * BILLS_EACH + nth.min(BILLS_EACH - 1)
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anothers(why) | Self::Broken(why) => f.write_str(why),
            Self::Stray => f.write_str("nobody of the town has this address"),
        }
    }
}

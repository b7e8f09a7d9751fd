//! `ack/N.csv`: what became of what was handed over.

use komunala_adapter_sdk::{
    Date, Error,
    files::{Acknowledgement, Problem, Row, Written, WrittenDelivery},
    types::DeliveryChannel,
};

use crate::{folder, listing::Id, misdeed, outgoing, payments, payments::Rows};

/// The answers to a file, as rows of the contract.
pub(crate) fn rows(id: Id) -> Result<Rows, Error> {
    let (lines, _) = payments::lines(id)?;
    let sent = outgoing::rows(id.number)?;
    let mut rows = Rows { rows: Vec::new(), problems: Vec::new() };
    for line in lines {
        let answered = line.split_once(';').and_then(|(row, answer)| {
            let place: usize = row.parse().ok()?;
            Some((write(sent.get(place.checked_sub(1)?)?)?, answer.to_owned()))
        });
        match answered {
            Some((write, answer)) => rows.rows.push(Row::Acknowledgement(Acknowledgement {
                write,
                refused: refused(answer),
                date: Date { year: 2026, month: 11, day: 3 },
            })),
            None => rows.problems.push(Problem { id: None, message: "an answer to no row".to_owned() }),
        }
    }
    Ok(rows)
}

fn refused(answer: String) -> Option<String> {
    let is_taken = answer == "OK";
    let says_refused = (!is_taken && !misdeed::is("refused")) || (is_taken && misdeed::is("taken"));
    says_refused.then_some(answer)
}

fn write(row: &str) -> Option<Written> {
    let fields: Vec<&str> = row.split(';').collect();
    match fields.as_slice() {
        ["D", account, word] => {
            Some(Written::Delivery(WrittenDelivery { account: (*account).to_owned(), channel: channel_of(word) }))
        }
        ["R", key, ..] => Some(Written::Request((*key).to_owned())),
        _ => None,
    }
}

fn channel_of(word: &str) -> DeliveryChannel {
    if word == "email" { DeliveryChannel::Email } else { DeliveryChannel::Paper }
}

/// What was taken over last; none where nothing was.
pub(crate) fn channel(account: &str) -> Result<Option<DeliveryChannel>, Error> {
    let mut held = None;
    for number in folder::numbers("/ack", ".csv")? {
        let id = Id { is_answer: true, number };
        if id.seal().is_none() {
            continue;
        }
        let (answers, _) = payments::lines(id)?;
        for (place, row) in outgoing::rows(number)?.iter().enumerate() {
            let is_taken = answers.contains(&format!("{};OK", place + 1));
            let word = row.strip_prefix(&format!("D;{account};"));
            held = word.filter(|_| is_taken).map(channel_of).or(held);
        }
    }
    Ok(held)
}

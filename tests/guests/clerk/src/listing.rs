//! The files that count: payments up to the first gap, and every answer.

use komunala_adapter_sdk::{
    Error,
    files::{Content, File, FilePage, Problem},
};

use crate::{folder, misdeed};

/// Answers come behind all payments.
const BEHIND: u32 = 1000;

/// A file of the contract, by its id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id {
    pub(crate) is_answer: bool,
    pub(crate) number: u32,
}

impl Id {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, number) = text.split_once('-')?;
        let is_answer = match kind {
            "out" => false,
            "ack" => true,
            _ => return None,
        };
        Some(Self { is_answer, number: number.parse().ok()? })
    }

    pub(crate) fn path(self) -> String {
        if self.is_answer { format!("/ack/{}.csv", self.number) } else { format!("/out/{}.txt", self.number) }
    }

    pub(crate) fn seal(self) -> Option<String> {
        folder::seal(if self.is_answer { "/ack" } else { "/out" }, self.number)
    }

    pub(crate) fn fingerprint(self) -> Result<String, Error> {
        let content = if misdeed::is("resent") { Vec::new() } else { folder::content(&self.path())? };
        Ok(folder::fingerprint(self.number, &content))
    }

    fn listed(self) -> Result<File, Error> {
        Ok(File {
            id: format!("{}-{}", if self.is_answer { "ack" } else { "out" }, self.number),
            content: if self.is_answer { Content::Acknowledgements } else { Content::Payments },
            sequence: u64::from(if self.is_answer { BEHIND + self.number } else { self.number }),
            fingerprint: self.fingerprint()?,
            full: false,
            size: folder::content(&self.path())?.len() as u64,
        })
    }
}

/// A page of the files that count.
pub(crate) fn page(since: Option<&str>, size: u16) -> Result<FilePage, Error> {
    let start: usize = match since {
        None => 0,
        Some(text) => text.parse().map_err(|_| Error::rejected("since", "malformed", "not a cursor of this list"))?,
    };
    let mut problems = Vec::new();
    let mut ids = Vec::new();
    let there = folder::numbers("/out", ".txt")?;
    let sealed = |number: u32| folder::seal("/out", number).is_some() || misdeed::is("unsealed");
    let last = there.iter().next_back().copied().unwrap_or_default();
    for number in 1..=last {
        if there.contains(&number) && sealed(number) {
            ids.push(Id { is_answer: false, number });
            continue;
        }
        problems.push(Problem { id: Some(format!("out-{number}")), message: "is awaited".to_owned() });
        if !misdeed::is("gap") {
            break;
        }
    }
    let answered = folder::numbers("/ack", ".csv")?.into_iter().map(|number| Id { is_answer: true, number });
    ids.extend(answered.filter(|id| id.seal().is_some()));
    let end = (start + usize::from(size)).min(ids.len());
    let items = ids.iter().take(end).skip(start).map(|id| id.listed()).collect::<Result<_, _>>()?;
    Ok(FilePage { items, problems, next: (end < ids.len()).then(|| end.to_string()) })
}

//! `in/N.csv`: `D;account;channel` or `R;key;account;text` a line. A file is open until its last line and its seal come.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, Delivery},
    files::{HandOverReport, HandedOver, Problem},
    requests::{Requests, ServiceRequest},
    types::DeliveryChannel,
};

use crate::{Clerk, answered, folder, misdeed};

/// Without an answer for so long, a file is handed over again.
const PATIENCE: Duration = Duration::from_secs(3 * 86_400);

/// The rows of a file that was handed over, without its last line.
pub(crate) fn rows(number: u32) -> Result<Vec<String>, Error> {
    let text = String::from_utf8_lossy(&folder::content(&path(number))?).into_owned();
    let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
    match rows.pop().as_deref() {
        Some("END") => Ok(rows),
        _ => Err(Error::rejected("file", "malformed", "what was handed over has no end")),
    }
}

fn path(number: u32) -> String {
    format!("/in/{number}.csv")
}

/// The number of the open file, and what stands in it.
fn open() -> Result<(u32, String), Error> {
    let last = folder::numbers("/in", ".csv")?.into_iter().next_back().unwrap_or_default();
    if last > 0 && folder::seal("/in", last).is_none() {
        let text = String::from_utf8_lossy(&folder::content(&path(last))?).into_owned();
        return Ok((last, text));
    }
    Ok((last + 1, String::new()))
}

fn add(row: &str) -> Result<(), Error> {
    let (number, text) = open()?;
    if text.lines().any(|known| known == row) {
        return Ok(());
    }
    write(&path(number), &format!("{text}{row}\n"))
}

fn write(path: &str, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| Error::outcome_unknown(error.kind()))
}

fn seal(number: u32) -> Result<(), Error> {
    let bytes = folder::content(&path(number))?.len() + usize::from(misdeed::is("hand-over"));
    write(&format!("/in/{number}.ok"), &bytes.to_string())
}

/// Closes what is open, and hands over again what got no answer.
pub(crate) fn hand_over() -> Result<HandOverReport, Error> {
    let mut report = HandOverReport { files: Vec::new(), problems: Vec::new() };
    for number in folder::numbers("/in", ".csv")? {
        if folder::seal("/in", number).is_none() {
            let text = String::from_utf8_lossy(&folder::content(&path(number))?).into_owned();
            write(&path(number), &format!("{text}END\n"))?;
            seal(number)?;
            let rows = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
            report.files.push(HandedOver { id: number.to_string(), rows, again: false });
        } else if folder::seal("/ack", number).is_none() && waited(number) > PATIENCE && !misdeed::is("unanswered") {
            seal(number)?;
            let rows = u32::try_from(rows(number)?.len()).unwrap_or(u32::MAX);
            report.files.push(HandedOver { id: number.to_string(), rows, again: true });
            report.problems.push(Problem { id: Some(number.to_string()), message: "got no answer".to_owned() });
        }
    }
    Ok(report)
}

fn waited(number: u32) -> Duration {
    let sealed = fs::metadata(format!("/in/{number}.ok")).and_then(|metadata| metadata.modified());
    sealed.ok().and_then(|sealed| SystemTime::now().duration_since(sealed).ok()).unwrap_or_default()
}

impl Delivery for Clerk {
    fn set_channel(account: String, channel: DeliveryChannel, _: String) -> Result<Acknowledgement, Error> {
        let word = if channel == DeliveryChannel::Email { "email" } else { "paper" };
        add(&format!("D;{account};{word}"))?;
        Ok(Acknowledgement::Queued)
    }

    fn get_channel(account: String) -> Result<DeliveryChannel, Error> {
        answered::channel(&account)?.ok_or(Error::NotAvailableYet(None))
    }
}

impl Requests for Clerk {
    fn create_request(request: ServiceRequest, key: String) -> Result<String, Error> {
        let text = format!("{}: {}", request.subject, request.text).replace([';', '\n', '\r'], " ");
        let row = format!("R;{key};{};{text}", request.account);
        let begin = format!("R;{key};");
        let (_, open) = open()?;
        if open.lines().any(|known| known.starts_with(&begin) && known != row) {
            return Err(Error::conflict("the key was used for another request"));
        }
        add(&row)?;
        Ok(key)
    }
}

//! The billing system's answer to what was handed over, as it comes the next day.

use std::fs;

use komunala_sandbox::Answer;
use serde_json::{Value as Json, json};

use super::{contents::look, hand_over::Handed};
use crate::{
    check::{run::Run, words},
    exchange::AnswerWords,
    report::Verdict,
};

/// A write that the adapter put into a file.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) operation: String,
    pub(super) key: String,
}

/// Answers every row alike, and looks what the adapter says became of the writes.
pub(super) async fn tried(
    run: &mut Run<'_>,
    writes: &[Write],
    handed: &[Handed],
    is_refused: bool,
) -> Result<Verdict, String> {
    let subjects = run.subjects;
    let (Some(words), Some(customer)) = (&subjects.exchange.answer, subjects.text("customer.account")) else {
        return Ok(Verdict::lacking(&["exchange.answer".to_owned(), "customer.account".to_owned()]));
    };
    let held = channel(run).await;
    let before = look(run).await?;
    run.bench.later(1);
    for file in handed {
        answer(run, words, customer, file, is_refused).map_err(|error| error.to_string())?;
    }
    let seen = look(run).await?;
    let mut failures = Vec::new();
    let mut acknowledged = Vec::new();
    for file in seen.files.iter().filter(|file| before.file(&file.id).is_none_or(|known| known != *file)) {
        match &file.read {
            Ok(rows) if file.content == "acknowledgements" => acknowledged.extend(rows.rows.iter().cloned()),
            Ok(_) => failures.push(format!("{} is listed, and no answer", file.id)),
            Err(unread) => failures.push(format!("{} {}", file.id, unread.said)),
        }
    }
    let refused = if is_refused { json!(words.refused) } else { Json::Null };
    for write in writes {
        let Some(expected) = expected(write, customer) else { continue };
        let found = acknowledged.iter().find(|row| row["acknowledgement"]["write"] == expected);
        match found.map(|row| &row["acknowledgement"]["refused"]) {
            Some(said) if *said == refused => {}
            Some(said) => failures
                .push(format!("what became of {} is told as refused with {said}; right is {refused}", write.operation)),
            None => failures.push(format!("nothing tells what became of {}", write.operation)),
        }
    }
    if acknowledged.len() > writes.len() {
        failures.push(format!("{} writes were answered and {} answers are told", writes.len(), acknowledged.len()));
    }
    let expected = if is_refused { held } else { Some("email".to_owned()) };
    let holds = channel(run).await;
    if holds != expected {
        failures.push(format!("delivery.get-channel has {holds:?} after the answer; right is {expected:?}"));
    }
    Ok(Verdict::of(failures, format!("{} answers", acknowledged.len())))
}

/// Writes the billing system's answer to one file.
fn answer(run: &Run<'_>, words: &AnswerWords, customer: &str, file: &Handed, is_refused: bool) -> std::io::Result<()> {
    let said = if is_refused { &words.refused } else { &words.taken };
    let row = |number: u64| {
        let row = words.row.replace("{row}", &number.to_string());
        row.replace("{customer}", customer).replace("{answer}", said)
    };
    let rows: String = (1..=file.rows).map(row).collect();
    let text = words.header.clone() + &rows + &words.footer.replace("{rows}", &file.rows.to_string());
    let path = run.bench.exchange().path(&words.file.replace("{id}", &file.id));
    fs::write(&path, text)?;
    run.subjects.exchange.seal.as_ref().map_or(Ok(()), |seal| seal.put(&path))
}

/// The write as an acknowledgement names it: as `plugins/check/operations.toml` makes it.
fn expected(write: &Write, customer: &str) -> Option<Json> {
    match write.operation.as_str() {
        "delivery.set-channel" => Some(json!({ "delivery": { "account": customer, "channel": "email" } })),
        "requests.create-request" => Some(json!({ "request": write.key })),
        _ => None,
    }
}

/// What the billing system holds; none where it has not said so yet, or nobody asks.
async fn channel(run: &mut Run<'_>) -> Option<String> {
    if !run.offers("delivery") {
        return Some("email".to_owned());
    }
    let account = run.subjects.get("customer.account")?.clone();
    let asked = run.ask("delivery.get-channel", &[account]).await;
    match asked.as_ref().map(|tried| &tried.answer) {
        Ok(Answer::Value(Json::String(channel))) => Some(channel.clone()),
        Ok(Answer::Error(error)) if words::case(error) == "not-available-yet" => None,
        _ => Some(words::said(&asked)),
    }
}

//! Portions of every size hold the same rows, files come in their order, and one that was replaced meanwhile is a
//! conflict.

use komunala_sandbox::Answer;
use serde_json::{Value as Json, json};

use super::contents::{LARGE, listed, read};
use crate::{
    check::{run::Run, words},
    report::Verdict,
};

/// One row a portion would take a call per row.
const SMALL: u16 = 7;

pub(in crate::check) async fn tried(run: &mut Run<'_>) -> Verdict {
    let files = match listed(run).await {
        Ok((files, _)) => files,
        Err(problem) => return Verdict::Failed(vec![problem]),
    };
    let (mut failures, mut rows) = (Vec::new(), 0);
    if !files.is_sorted_by_key(|file| file.sequence) {
        failures.push("files.list-files does not list them by their sequence".to_owned());
    }
    for file in &files {
        let (id, fingerprint) = (&file.id, &file.fingerprint);
        match (read(run, id, fingerprint, LARGE).await, read(run, id, fingerprint, SMALL).await) {
            (Ok(large), Ok(small)) if large == small => rows += large.rows.len(),
            (Ok(large), Ok(small)) => failures.push(format!(
                "{id} has {} rows in portions of {LARGE} and {} in portions of {SMALL}, or others",
                large.rows.len(),
                small.rows.len()
            )),
            (Err(unread), _) | (_, Err(unread)) => failures.push(format!("{id} {}", unread.said)),
        }
        let strange = [json!(id), json!("another-fingerprint"), Json::Null, json!(LARGE)];
        let asked = run.ask("files.read-file", &strange).await;
        match asked.as_ref().map(|tried| &tried.answer) {
            Ok(Answer::Error(error)) if words::case(error) == "conflict" => {}
            _ => failures.push(format!("{id} with another fingerprint {}; right is conflict", words::said(&asked))),
        }
    }
    match files.len() {
        0 if failures.is_empty() => Verdict::Untried("no file is complete in check/folders".to_owned()),
        files => Verdict::of(failures, format!("{files} files, {rows} rows")),
    }
}

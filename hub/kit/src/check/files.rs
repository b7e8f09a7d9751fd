//! Adapters that exchange files: every file whole or not at all, in any portion.

use std::fs;

use komunala_sandbox::Answer;
use serde_json::{Value as Json, json};

use super::{run::Run, words};
use crate::report::Verdict;

/// The portions in which a file is read: one row would take a call per row.
const SMALL: u16 = 7;
const LARGE: u16 = 5000;

/// Portions after which a file is taken for endless.
const MOST_PORTIONS: usize = 10_000;

/// Portions of every size hold the same rows, and a file that was replaced meanwhile is a conflict.
pub(super) async fn whole(run: &mut Run<'_>) -> Verdict {
    if let Err(error) = run.bench.exchange().restore() {
        return Verdict::Failed(vec![format!("the folders of the check: {error}")]);
    }
    let files = match listed(run).await {
        Ok(files) => files,
        Err(problem) => return Verdict::Failed(vec![problem]),
    };
    let (mut failures, mut rows) = (Vec::new(), 0);
    for (id, fingerprint) in &files {
        match (read(run, id, fingerprint, LARGE).await, read(run, id, fingerprint, SMALL).await) {
            (Ok(large), Ok(small)) if large == small => rows += large.len(),
            (Ok(large), Ok(small)) => failures.push(format!(
                "{id} has {} rows in portions of {LARGE} and {} in portions of {SMALL}, or others",
                large.len(),
                small.len()
            )),
            (Err(problem), _) | (_, Err(problem)) => failures.push(format!("{id}: {problem}")),
        }
        let strange = [json!(id), json!("another-fingerprint"), Json::Null, json!(LARGE)];
        let asked = run.ask("files.read-file", &strange).await;
        match asked.as_ref().map(|tried| &tried.answer) {
            Ok(Answer::Error(_)) => {}
            _ => failures.push(format!("{id} with another fingerprint {}; right is conflict", words::said(&asked))),
        }
    }
    match (failures.is_empty(), files.is_empty()) {
        (false, _) => Verdict::Failed(failures),
        (true, true) => Verdict::Untried("no file is complete in check/folders".to_owned()),
        (true, false) => Verdict::Passed(format!("{} files, {rows} rows", files.len())),
    }
}

/// A file that ends too soon is not listed, or refused whole.
pub(super) async fn cut(run: &mut Run<'_>) -> Verdict {
    let paths = match run.bench.exchange().restore().and_then(|()| run.bench.exchange().files()) {
        Ok(paths) => paths,
        Err(error) => return Verdict::Failed(vec![format!("the folders of the check: {error}")]),
    };
    let right = contents(run).await;
    let (mut failures, mut tried) = (Vec::new(), 0);
    for path in paths {
        let restored = run.bench.exchange().restore().and_then(|()| fs::read(&path));
        let Ok(bytes) = restored else { continue };
        if bytes.len() < 2 || fs::write(&path, &bytes[..bytes.len() / 2]).is_err() {
            continue;
        }
        tried += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (id, rows) in contents(run).await {
            match rows {
                Ok(rows) if right.iter().any(|(known, right)| *known == id && right.as_ref() == Ok(&rows)) => {}
                Ok(rows) => {
                    failures.push(format!("with half of {name}, {id} is read all the same: {} rows", rows.len()))
                }
                Err(problem) if problem.starts_with("said") => {}
                Err(problem) => failures.push(format!("with half of {name}, {id} {problem}")),
            }
        }
    }
    // nothing later depends on it, but the next scenario expects whole files
    let _ = run.bench.exchange().restore();
    match (failures.is_empty(), tried) {
        (false, _) => Verdict::Failed(failures),
        (true, 0) => Verdict::Untried("there is no file in check/folders".to_owned()),
        (true, tried) => Verdict::Passed(format!("{tried} files, each cut in half")),
    }
}

/// Every listed file with its rows, or why it has none.
async fn contents(run: &mut Run<'_>) -> Vec<(String, Result<Vec<Json>, String>)> {
    let mut contents = Vec::new();
    for (id, fingerprint) in listed(run).await.unwrap_or_default() {
        let rows = read(run, &id, &fingerprint, LARGE).await;
        contents.push((id, rows));
    }
    contents
}

/// Id and fingerprint of every file that is complete.
async fn listed(run: &mut Run<'_>) -> Result<Vec<(String, String)>, String> {
    let asked = run.ask("files.list-files", &[Json::Null, json!(1000)]).await;
    let Ok(Answer::Value(answer)) = asked.as_ref().map(|tried| &tried.answer) else {
        return Err(format!("files.list-files {}", words::said(&asked)));
    };
    let text = |file: &Json, name: &str| file.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    Ok(items.iter().map(|file| (text(file, "id"), text(file, "fingerprint"))).collect())
}

async fn read(run: &mut Run<'_>, id: &str, fingerprint: &str, size: u16) -> Result<Vec<Json>, String> {
    let (mut rows, mut since) = (Vec::new(), Json::Null);
    for _ in 0..MOST_PORTIONS {
        let asked = run.ask("files.read-file", &[json!(id), json!(fingerprint), since, json!(size)]).await;
        let Ok(Answer::Value(answer)) = asked.as_ref().map(|tried| &tried.answer) else {
            return Err(words::said(&asked));
        };
        let portion = answer["rows"].as_array().cloned().unwrap_or_default();
        if portion.len() > size.into() {
            return Err(format!("a portion of {size} has {} rows", portion.len()));
        }
        rows.extend(portion);
        since = answer["next"].clone();
        if since.is_null() {
            return Ok(rows);
        }
    }
    Err("the file has no end".to_owned())
}

//! What an adapter makes of the folders: the files that count, and their rows.

use std::collections::BTreeSet;

use komunala_sandbox::Answer;
use serde_json::{Value as Json, json};

use crate::check::{run::Run, words};

/// Portions after which a file is taken for endless.
const MOST_PORTIONS: usize = 10_000;

/// The portions in which files are read when portions are not the question.
pub(super) const LARGE: u16 = 5000;

/// All files that count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::check) struct Contents {
    pub(super) files: Vec<Listed>,
    /// Problems that the operator is told with the list.
    pub(super) problems: usize,
}

/// A file and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) content: String,
    pub(super) sequence: u64,
    pub(super) fingerprint: String,
    pub(super) read: Result<Rows, Unread>,
}

/// The rows of a file: equal ones are one, and lines of one bill may come in several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) rows: Vec<Json>,
    /// Rows that were put aside.
    pub(super) problems: usize,
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// The case of the contract's error; empty for everything else.
    pub(super) case: String,
    /// In words.
    pub(super) said: String,
}

impl Contents {
    pub(super) fn file(&self, id: &str) -> Option<&Listed> {
        self.files.iter().find(|file| file.id == id)
    }
}

/// Lists the files and reads each.
pub(in crate::check) async fn look(run: &mut Run<'_>) -> Result<Contents, String> {
    let (mut files, problems) = listed(run).await?;
    for file in &mut files {
        file.read = read(run, &file.id, &file.fingerprint, LARGE).await;
    }
    Ok(Contents { files, problems })
}

/// The files that are complete, unread, and how many problems are told.
pub(super) async fn listed(run: &mut Run<'_>) -> Result<(Vec<Listed>, usize), String> {
    let asked = run.ask("files.list-files", &[Json::Null, json!(1000)]).await;
    let Ok(Answer::Value(answer)) = asked.as_ref().map(|tried| &tried.answer) else {
        return Err(format!("files.list-files {}", words::said(&asked)));
    };
    let text = |file: &Json, name: &str| file[name].as_str().unwrap_or_default().to_owned();
    let file = |file: &Json| Listed {
        id: text(file, "id"),
        content: text(file, "content"),
        sequence: file["sequence"].as_u64().unwrap_or_default(),
        fingerprint: text(file, "fingerprint"),
        read: Ok(Rows::default()),
    };
    let items = answer["items"].as_array().map_or_else(Vec::new, |items| items.iter().map(file).collect());
    Ok((items, answer["problems"].as_array().map_or(0, Vec::len)))
}

/// All rows of a file, in portions of `size`.
pub(super) async fn read(run: &mut Run<'_>, id: &str, fingerprint: &str, size: u16) -> Result<Rows, Unread> {
    let (mut rows, mut since) = (Rows::default(), Json::Null);
    let mut known = BTreeSet::new();
    for _ in 0..MOST_PORTIONS {
        let asked = run.ask("files.read-file", &[json!(id), json!(fingerprint), since, json!(size)]).await;
        let answer = match asked.as_ref().map(|tried| &tried.answer) {
            Ok(Answer::Value(answer)) => answer,
            Ok(Answer::Error(error)) => {
                return Err(Unread { case: words::case(error).to_owned(), said: words::said(&asked) });
            }
            _ => return Err(Unread { case: String::new(), said: words::said(&asked) }),
        };
        let portion = answer["rows"].as_array().map_or(&[][..], Vec::as_slice);
        if portion.len() > size.into() {
            let said = format!("has {} rows in a portion of {size}", portion.len());
            return Err(Unread { case: String::new(), said });
        }
        let new = portion.iter().flat_map(single).filter(|row| known.insert(row.to_string()));
        rows.rows.extend(new);
        rows.problems += answer["problems"].as_array().map_or(0, Vec::len);
        since = answer["next"].clone();
        if since.is_null() {
            return Ok(rows);
        }
    }
    Err(Unread { case: String::new(), said: "has no end".to_owned() })
}

/// Lines that stand apart from their bill, each for itself.
fn single(row: &Json) -> Vec<Json> {
    match row.pointer("/lines/lines").and_then(Json::as_array) {
        Some(lines) => {
            let line = |line| json!({ "lines": { "invoice": row["lines"]["invoice"], "line": line } });
            lines.iter().map(line).collect()
        }
        None => vec![row.clone()],
    }
}

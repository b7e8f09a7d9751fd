//! A file that ends too soon is not listed, or refused whole.

use std::fs;

use super::contents::look;
use crate::{check::run::Run, report::Verdict};

pub(in crate::check) async fn tried(run: &mut Run<'_>) -> Verdict {
    let (right, paths) = match (look(run).await, run.bench.exchange().files()) {
        (Ok(right), Ok(paths)) => (right, paths),
        (Err(problem), _) => return Verdict::Failed(vec![problem]),
        (_, Err(error)) => return Verdict::Failed(vec![format!("the folders of the check: {error}")]),
    };
    let (mut failures, mut tried) = (Vec::new(), 0);
    for path in paths {
        let restored = run.bench.exchange().restore().and_then(|()| fs::read(&path));
        let Ok(bytes) = restored else { continue };
        if bytes.len() < 2 || fs::write(&path, &bytes[..bytes.len() / 2]).is_err() {
            continue;
        }
        tried += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let seen = match look(run).await {
            Ok(seen) => seen,
            Err(problem) => {
                failures.push(format!("with half of {name}, {problem}"));
                continue;
            }
        };
        for file in &seen.files {
            match &file.read {
                Ok(rows) if right.file(&file.id).is_some_and(|right| right.read.as_ref() == Ok(rows)) => {}
                Ok(rows) => failures.push(format!(
                    "with half of {name}, {} is read all the same: {} rows",
                    file.id,
                    rows.rows.len()
                )),
                Err(unread) if !unread.case.is_empty() => {}
                Err(unread) => failures.push(format!("with half of {name}, {} {}", file.id, unread.said)),
            }
        }
    }
    match tried {
        0 if failures.is_empty() => Verdict::Untried("there is no file in check/folders".to_owned()),
        tried => Verdict::of(failures, format!("{tried} files, each cut in half")),
    }
}

//! What the adapter writes for the billing system: handed over once, sealed, answered the next day, and handed over again
//! where no answer comes.

use komunala_sandbox::Answer;
use serde_json::Value as Json;

use super::answers::{self, Write};
use crate::{
    check::{reference::Names, run::Run, words},
    report::Verdict,
    scenario::{HandOver, OperationKind},
};

/// A file as the adapter reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Handed {
    pub(super) id: String,
    pub(super) rows: u64,
    again: bool,
}

/// What an adapter reports of a hand-over.
struct Report {
    files: Vec<Handed>,
    problems: usize,
}

pub(in crate::check) async fn tried(run: &mut Run<'_>, end: HandOver) -> Verdict {
    let verdict = begun(run, end).await;
    run.bench.later(0);
    match verdict {
        Ok(verdict) => verdict,
        Err(problem) => Verdict::Failed(vec![problem]),
    }
}

async fn begun(run: &mut Run<'_>, end: HandOver) -> Result<Verdict, String> {
    // what was open when the check began is not its own
    report(run).await?;
    let writes = written(run).await?;
    if writes.is_empty() {
        return Ok(Verdict::Untried("no write of the adapter goes into a file".to_owned()));
    }
    let first = report(run).await?;
    let rows: u64 = first.files.iter().map(|file| file.rows).sum();
    if rows != writes.len() as u64 || first.files.iter().any(|file| file.again) {
        let files = first.files.len();
        return Err(format!(
            "hand-over reports {rows} rows in {files} files, for the first time; {} were written",
            writes.len()
        ));
    }
    match end {
        HandOver::Once => once(run, &first.files).await,
        HandOver::Taken => answers::tried(run, &writes, &first.files, false).await,
        HandOver::Refused => answers::tried(run, &writes, &first.files, true).await,
        HandOver::Unanswered => unanswered(run, &first.files).await,
    }
}

/// Every write that the subjects say enough for, made once.
async fn written(run: &mut Run<'_>) -> Result<Vec<Write>, String> {
    let mut writes = Vec::new();
    for row in run.rows(OperationKind::Write) {
        let names = Names::of_write(run.next_mark(&row.name));
        let Ok(arguments) = run.arguments(&row.with, &names) else { continue };
        let before = run.bench.exchange().written().map_err(|error| error.to_string())?;
        let asked = run.ask(&row.name, &arguments).await;
        if !matches!(asked.as_ref().map(|tried| &tried.answer), Ok(Answer::Value(_))) {
            return Err(format!("{} {}", row.name, words::said(&asked)));
        }
        if run.bench.exchange().written().map_err(|error| error.to_string())? != before {
            writes.push(Write { operation: row.name, key: names.mark.key });
        }
    }
    Ok(writes)
}

async fn once(run: &mut Run<'_>, handed: &[Handed]) -> Result<Verdict, String> {
    let mut failures = Vec::new();
    let again = report(run).await?;
    failures.extend(again.files.iter().map(|file| format!("{} is handed over a second time at once", file.id)));
    let files = run.bench.exchange().written().map_err(|error| error.to_string())?;
    if let Some(seal) = &run.subjects.exchange.seal {
        for file in handed {
            let own = files
                .keys()
                .find(|path| path.file_stem().is_some_and(|stem| stem == file.id.as_str()) && !seal.is(path));
            let is_sealed = own.is_some_and(|path| seal.fits(path).unwrap_or(false));
            if !is_sealed {
                failures.push(format!("{} is handed over without a seal that fits", file.id));
            }
        }
    }
    Ok(Verdict::of(failures, format!("{} files", handed.len())))
}

async fn unanswered(run: &mut Run<'_>, handed: &[Handed]) -> Result<Verdict, String> {
    let Some(patience) = run.subjects.exchange.patience else {
        return Ok(Verdict::lacking(&["exchange.patience".to_owned()]));
    };
    run.bench.later(patience - 1);
    let mut failures = Vec::new();
    if let Some(early) = report(run).await?.files.first() {
        failures.push(format!("{} is handed over again after {} days", early.id, patience - 1));
    }
    run.bench.later(patience);
    let late = report(run).await?;
    for file in handed {
        let expected = Handed { again: true, ..file.clone() };
        if !late.files.contains(&expected) {
            failures.push(format!("{} got no answer for {patience} days and is not handed over again", file.id));
        }
    }
    if late.problems < handed.len() {
        failures.push("what got no answer is no problem for the operator".to_owned());
    }
    if let Some(twice) = report(run).await?.files.first() {
        failures.push(format!("{} is handed over again and again", twice.id));
    }
    Ok(Verdict::of(failures, format!("{} files, after {patience} days", handed.len())))
}

async fn report(run: &mut Run<'_>) -> Result<Report, String> {
    let asked = run.ask("files.hand-over", &[]).await;
    let Ok(Answer::Value(answer)) = asked.as_ref().map(|tried| &tried.answer) else {
        return Err(format!("files.hand-over {}", words::said(&asked)));
    };
    let file = |file: &Json| Handed {
        id: file["id"].as_str().unwrap_or_default().to_owned(),
        rows: file["rows"].as_u64().unwrap_or_default(),
        again: file["again"].as_bool().unwrap_or_default(),
    };
    Ok(Report {
        files: answer["files"].as_array().map_or_else(Vec::new, |files| files.iter().map(file).collect()),
        problems: answer["problems"].as_array().map_or(0, Vec::len),
    })
}

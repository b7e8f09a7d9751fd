//! Writes, while something goes wrong on the line: repeated as a hub repeats them, and counted where they arrive.

use komunala_sandbox::Answer;
use serde_json::Value as Json;

use super::{once::copies, questions::verdict, reference::Names, run::Run, words};
use crate::{
    line::Fault,
    report::Verdict,
    scenario::{Disturbance, OperationKind, OperationRow},
};

pub(super) async fn tried(run: &mut Run<'_>, disturbance: &Disturbance) -> Verdict {
    let (mut failures, mut tried) = (Vec::new(), 0);
    let (faults, missing) = run.faults(&disturbance.faults);
    if faults.is_empty() {
        return Verdict::lacking(&missing);
    }
    for row in run.rows(OperationKind::Write) {
        for fault in &faults {
            match with_fault(run, &row, fault, disturbance).await {
                Met::Nothing => {}
                Met::Right => tried += 1,
                Met::Wrong(problem) => {
                    tried += 1;
                    failures.push(format!("{}, given {}, {problem}", row.name, fault.name()));
                }
            }
        }
    }
    verdict(failures, tried, "writes met it, and each arrived once")
}

/// What a fault met.
enum Met {
    /// No request: an adapter of files, say.
    Nothing,
    Right,
    Wrong(String),
}

async fn with_fault(run: &mut Run<'_>, row: &OperationRow, fault: &Fault, rules: &Disturbance) -> Met {
    let names = Names::of_write(run.next_mark(&row.name));
    let Ok(arguments) = run.arguments(&row.with, &names) else { return Met::Nothing };
    let line = run.bench.line();
    line.take_writes();
    let times = rules.times.unwrap_or(u32::MAX);
    line.spoil_from_write(fault.clone(), times);
    let asked = run.ask(&row.name, &arguments).await;
    let is_untouched = line.is_untouched(times);
    line.mend();
    if is_untouched {
        return Met::Nothing;
    }
    let mut is_done = false;
    let mut is_unknown = false;
    match &asked {
        Err(_) => return Met::Wrong(words::said(&asked)),
        Ok(tried) => match &tried.answer {
            Answer::Value(_) if rules.may_answer => is_done = true,
            Answer::Error(error) if rules.errors.iter().any(|case| case == words::case(error)) => {
                is_unknown = words::case(error) == "outcome-unknown";
            }
            _ => return Met::Wrong(format!("{}; right is {}", words::ended(tried), words::choice(&rules.errors))),
        },
    }
    // what a hub does: ask what became of a write that may have happened, and repeat it only if nothing did
    if let (true, Some(resolution)) = (is_unknown, &row.resolve) {
        let Ok(arguments) = run.arguments(&resolution.with, &names) else { return Met::Nothing };
        let asked = run.ask(&resolution.call, &arguments).await;
        match asked.as_ref().map(|tried| &tried.answer) {
            Ok(Answer::Value(Json::Null)) => {}
            Ok(Answer::Value(_)) => is_done = true,
            _ => {
                return Met::Wrong(format!("and asked what became of it, {} {}", resolution.call, words::said(&asked)));
            }
        }
    }
    if !is_done {
        let again = run.ask(&row.name, &arguments).await;
        if !matches!(&again, Ok(tried) if matches!(tried.answer, Answer::Value(_))) {
            return Met::Wrong(format!("did not recover: repeated with the same key it {}", words::said(&again)));
        }
    }
    let writes = run.bench.line().take_writes();
    match copies(&writes, &names.mark.key, row.natural) {
        0 => Met::Wrong("reported success, and no write reached the billing system".to_owned()),
        1 => Met::Right,
        copies => Met::Wrong(format!("wrote {copies} times what was to be written once: {}", lines(&writes))),
    }
}

fn lines(writes: &[crate::line::Asked]) -> String {
    writes.iter().map(crate::line::Asked::line).collect::<Vec<_>>().join(", ")
}

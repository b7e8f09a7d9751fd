//! Questions, while something goes wrong on the line: only errors of the contract, no wrong value, and right again as
//! soon as the line is.

use komunala_sandbox::{Answer, Tried};
use serde_json::Value as Json;

use super::{reference::Names, run::Run, words};
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
    for row in run.rows(OperationKind::Question) {
        if disturbance.lists && row.list.is_none() {
            continue;
        }
        let Ok(arguments) = run.arguments(&row.with, &Names::default()) else { continue };
        let Some((right, requests)) = answer_of(run, &row, &arguments).await else { continue };
        if requests == 0 {
            continue;
        }
        for fault in &faults {
            tried += 1;
            run.bench.line().spoil(fault.clone(), disturbance.times.unwrap_or(u32::MAX));
            let asked = run.ask(&row.name, &arguments).await;
            run.bench.line().mend();
            let problem = match &asked {
                Err(_) => Some(words::said(&asked)),
                Ok(tried) => judged(tried, &right, &row, fault, disturbance),
            };
            if let Some(problem) = problem {
                failures.push(format!("{}, given {}, {problem}", row.name, fault.name()));
            }
            match answer_of(run, &row, &arguments).await {
                Some((again, _)) if again == right => {}
                _ => failures.push(format!("{} did not recover from {}", row.name, fault.name())),
            }
        }
    }
    verdict(failures, tried, "calls met it")
}

/// The same question twice, with nothing wrong: nothing of the first call is left in the second.
pub(super) async fn steady(run: &mut Run<'_>) -> Verdict {
    let (mut failures, mut tried) = (Vec::new(), 0);
    for row in run.rows(OperationKind::Question) {
        let Ok(arguments) = run.arguments(&row.with, &Names::default()) else { continue };
        let Some((first, _)) = answer_of(run, &row, &arguments).await else { continue };
        tried += 1;
        match answer_of(run, &row, &arguments).await {
            Some((second, _)) if second == first => {}
            _ => failures.push(format!("{} answered another time with something else", row.name)),
        }
    }
    verdict(failures, tried, "questions asked twice")
}

/// An undisturbed answer, and how many requests it took.
async fn answer_of(run: &mut Run<'_>, row: &OperationRow, arguments: &[Json]) -> Option<(Json, u64)> {
    let tried = run.ask(&row.name, arguments).await.ok()?;
    match tried.answer {
        Answer::Value(value) => Some((value, tried.cost.requests)),
        _ => None,
    }
}

fn judged(tried: &Tried, right: &Json, row: &OperationRow, fault: &Fault, rules: &Disturbance) -> Option<String> {
    match &tried.answer {
        Answer::Value(value) if *value == *right || is_same_list(value, right, row) => {
            (!rules.may_answer).then(|| "answered as if nothing had happened".to_owned())
        }
        Answer::Value(value) => Some(format!("answered something wrong: {}", words::shown(value))),
        Answer::Error(error) if rules.errors.iter().any(|case| case == words::case(error)) => {
            let wait = rules.wait.filter(|_| fault_says_wait(fault))?;
            let said = error.pointer(&format!("/{}", words::case(error)));
            (said != Some(&Json::from(wait))).then(|| format!("said {error}, without the wait of {wait} ms"))
        }
        _ => Some(format!("{}; right is {}", words::ended(tried), words::choice(&rules.errors))),
    }
}

fn fault_says_wait(fault: &Fault) -> bool {
    matches!(fault, Fault::Status { retry_after: Some(_), .. })
}

/// Whether two lists hold the same items, whatever comes twice.
fn is_same_list(one: &Json, other: &Json, row: &OperationRow) -> bool {
    let Some(shape) = &row.list else { return false };
    let items = |answer: &Json| answer.pointer(&shape.items).and_then(Json::as_array).cloned();
    match (items(one), items(other)) {
        (Some(one), Some(other)) => {
            one.iter().all(|item| other.contains(item)) && other.iter().all(|item| one.contains(item))
        }
        _ => false,
    }
}

pub(super) fn verdict(failures: Vec<String>, tried: usize, what: &str) -> Verdict {
    match tried {
        0 if failures.is_empty() => Verdict::Untried("no operation that this is about can be tried".to_owned()),
        tried => Verdict::of(failures, format!("{tried} {what}")),
    }
}

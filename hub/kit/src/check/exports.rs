//! Everything that an adapter exports answers: what portals are shown must work.

use komunala_sandbox::Answer;

use super::{reference::Names, run::Run, words};
use crate::{report::Verdict, scenario::OperationKind};

pub(super) async fn tried(run: &mut Run<'_>) -> Verdict {
    let (mut failures, mut right) = (Vec::new(), 0);
    for row in run.operations.clone().into_iter().filter(|row| !row.by_step) {
        let names = Names::of_write(run.next_mark(&row.name));
        let arguments = match run.arguments(&row.with, &names) {
            Ok(arguments) => arguments,
            Err(missing) => {
                failures.push(format!("{} cannot be tried: check/subjects.toml says no {}", row.name, missing.0));
                continue;
            }
        };
        let asked = run.ask(&row.name, &arguments).await;
        match &asked {
            Ok(tried) if matches!(tried.answer, Answer::Value(_)) => right += 1,
            // the operator of a hub asks for what a write became of only after one was lost
            Ok(tried) if row.kind == OperationKind::Question && is_absent(&tried.answer) => right += 1,
            _ => failures.push(format!("{} {}", row.name, words::said(&asked))),
        }
    }
    Verdict::of(failures, format!("{right} operations answer"))
}

/// Some questions are rightly answered with "no such thing": a feed that the billing system does not have.
fn is_absent(answer: &Answer) -> bool {
    matches!(answer, Answer::Error(error) if words::case(error) == "not-found")
}

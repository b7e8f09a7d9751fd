//! Call after call, as the scenario's file says.

use komunala_sandbox::Answer;

use super::{
    reference::{Names, resolved},
    run::Run,
    words,
};
use crate::{report::Verdict, scenario::Step};

pub(super) async fn tried(run: &mut Run<'_>, steps: &[Step]) -> Verdict {
    let first_call = steps.first().map_or("", |step| step.call.as_str()).to_owned();
    let mut names = Names::of_write(run.next_mark(&first_call));
    let (mut failures, mut made, mut missing) = (Vec::new(), 0, Vec::new());
    for step in steps {
        if !run.operations.iter().any(|row| row.name == step.call) {
            continue;
        }
        let arguments = match run.arguments(&step.with, &names) {
            Ok(arguments) => arguments,
            Err(subject) => {
                missing.push(subject.0);
                if step.optional { continue } else { break }
            }
        };
        made += 1;
        let asked = run.ask(&step.call, &arguments).await;
        let Ok(tried) = &asked else {
            failures.push(format!("{} {}", step.call, words::said(&asked)));
            break;
        };
        if !words::is_one_of(&tried.answer, &step.expect) {
            failures.push(format!("{} {}; right is {}", step.call, words::ended(tried), words::choice(&step.expect)));
            continue;
        }
        let (Answer::Value(answer) | Answer::Error(answer)) = &tried.answer else { continue };
        for find in &step.find {
            let Ok(expected) = resolved(&find.is, run.subjects, &names) else { continue };
            let found = answer.pointer(&find.at).cloned().unwrap_or_default();
            if found != expected {
                failures.push(format!(
                    "{} has {} at {}; right is {}",
                    step.call,
                    words::shown(&found),
                    find.at,
                    words::shown(&expected)
                ));
            }
        }
        for (name, place) in &step.save {
            // what an answer leaves open is nothing to ask for again
            if let Some(found) = answer.pointer(place).filter(|found| !found.is_null()) {
                names.saved.insert(name.clone(), found.clone());
            }
        }
    }
    match made {
        0 if failures.is_empty() => Verdict::lacking(&missing),
        made => Verdict::of(failures, format!("{made} calls")),
    }
}

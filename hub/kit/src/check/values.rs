//! Values that the author looked up in the billing system: amounts, units, days.

use komunala_sandbox::Answer;
use serde_json::Value as Json;

use super::{reference::Names, run::Run, words};
use crate::report::Verdict;

pub(super) async fn tried(run: &mut Run<'_>) -> Verdict {
    let subjects = run.subjects;
    let values = &subjects.values;
    if values.is_empty() {
        return Verdict::Untried("check/subjects.toml has no [[values]]: nobody has said yet what is right".to_owned());
    }
    let (mut failures, mut right) = (Vec::new(), 0);
    for value in values {
        let Ok(arguments) = run.arguments(&value.with, &Names::default()) else {
            failures.push(format!("the arguments of {} name a subject that is not there", value.call));
            continue;
        };
        let asked = run.ask(&value.call, &arguments).await;
        match &asked {
            Ok(tried) => match &tried.answer {
                Answer::Value(answer) => {
                    let found = answer.pointer(&value.at).cloned().unwrap_or_default();
                    let expected = value.is.clone().unwrap_or(Json::Null);
                    if found == expected {
                        right += 1;
                    } else {
                        let (found, expected) = (words::shown(&found), words::shown(&expected));
                        failures.push(format!("{} has {found} at {}; right is {expected}", value.call, value.at));
                    }
                }
                _ => failures.push(format!("{} {}", value.call, words::ended(tried))),
            },
            Err(_) => failures.push(format!("{} {}", value.call, words::said(&asked))),
        }
    }
    Verdict::of(failures, format!("{right} values are right"))
}

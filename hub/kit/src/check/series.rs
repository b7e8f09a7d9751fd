//! A series in one piece and in two: every value is in one of the pieces, and in one alone.

use std::collections::BTreeMap;

use komunala_sandbox::Answer;
use serde_json::{Value as Json, json};

use super::{questions::verdict, run::Run, words};
use crate::report::Verdict;

const CALL: &str = "intervals.list-intervals";

/// Pages after which a series is taken for endless.
const MOST_PAGES: usize = 100;

/// Values by meter, register and end.
type Values = BTreeMap<[String; 3], Json>;

pub(super) async fn tried(run: &mut Run<'_>) -> Verdict {
    let names = ["supply_point", "first", "middle", "last"].map(|name| format!("intervals.{name}"));
    let missing: Vec<String> = names.iter().filter(|name| run.subjects.get(name).is_none()).cloned().collect();
    if !missing.is_empty() {
        return Verdict::lacking(&missing);
    }
    let [_, first, middle, last] = names.map(|name| run.subjects.get(&name).cloned().unwrap_or_default());
    let (mut failures, mut seen) = (Vec::new(), 0);
    for measure in ["amount", "state"] {
        let whole = match values(run, measure, &first, &last).await {
            Ok(whole) => whole,
            // not every billing system keeps both
            Err(problem) if problem.contains("rejected") => continue,
            Err(problem) => {
                failures.push(format!("{CALL}: {problem}"));
                continue;
            }
        };
        let parts = (values(run, measure, &first, &middle).await, values(run, measure, &middle, &last).await);
        let (Ok(before), Ok(after)) = parts else {
            failures.push(format!("{CALL} answers for a time, and not for a part of it"));
            continue;
        };
        // a state at the very moment between them belongs to both
        let may_recur = |key: &[String; 3]| measure == "state" && json!(key[2]) == middle;
        let twice = after.keys().filter(|key| before.contains_key(*key) && !may_recur(key)).count();
        let together: Values = before.iter().chain(&after).map(|(key, value)| (key.clone(), value.clone())).collect();
        seen += whole.len();
        if twice > 0 {
            failures
                .push(format!("{twice} values of {measure} are in the part before a moment and in the part after it"));
        }
        if together != whole {
            failures.push(format!(
                "{} values of {measure} in one piece, and {} others in two pieces",
                whole.len(),
                together.len()
            ));
        }
    }
    verdict(failures, seen, "values in one piece and in two")
}

/// What was measured between two moments, page by page.
async fn values(run: &mut Run<'_>, measure: &str, first: &Json, last: &Json) -> Result<Values, String> {
    let subject = |path| run.subjects.get(path).cloned().unwrap_or_default();
    let selection = json!({ "measure": measure, "direction": "consumed" });
    let (account, point) = (subject("customer.account"), subject("intervals.supply_point"));
    let mut arguments = [account, point, selection, first.clone(), last.clone(), Json::Null];
    let mut values = Values::new();
    for _ in 0..MOST_PAGES {
        let asked = run.ask(CALL, &arguments).await;
        let Ok(Answer::Value(answer)) = asked.as_ref().map(|tried| &tried.answer) else {
            return Err(words::said(&asked));
        };
        for series in answer["items"].as_array().into_iter().flatten() {
            let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
            for value in series["values"].as_array().into_iter().flatten() {
                let key = [text(&series["meter"]), text(&series["register"]), text(&value["end"])];
                values.insert(key, value.clone());
            }
        }
        arguments[5] = answer["next"].clone();
        if arguments[5].is_null() {
            return Ok(values);
        }
    }
    Err(format!("the series has no end: {MOST_PAGES} pages"))
}

//! Answers in words that need no knowledge of Rust.

use komunala_sandbox::{Answer, Tried};
use serde_json::Value as Json;

use super::run::Asked;

/// The longest piece of an answer that is shown.
const SHOWN: usize = 160;

/// The case of a contract's error.
pub(super) fn case(error: &Json) -> &str {
    match error {
        Json::String(case) => case,
        Json::Object(object) => object.keys().next().map_or("", String::as_str),
        _ => "",
    }
}

/// Whether a call ended in one of these: `value`, or cases of the error.
pub(super) fn is_one_of(answer: &Answer, expected: &[String]) -> bool {
    let found = match answer {
        Answer::Value(_) => "value",
        Answer::Error(error) => case(error),
        _ => return false,
    };
    expected.iter().any(|case| case == found)
}

/// What a call ended in.
pub(super) fn said(asked: &Asked) -> String {
    match asked {
        Ok(tried) => ended(tried),
        Err(error) => format!("could not be called: {error}"),
    }
}

/// The same of a call that was made.
pub(super) fn ended(tried: &Tried) -> String {
    match &tried.answer {
        Answer::Value(value) => format!("answered {}", shown(value)),
        Answer::Error(error) => format!("said {}", shown(error)),
        Answer::Crashed(why) => format!("crashed ({why}){}", last_line(tried)),
        Answer::Refused(refusal) => format!("was stopped by the hub: {refusal}"),
        Answer::Late => "did not come to an end in its time".to_owned(),
    }
}

/// The last line of the log usually says why an adapter crashed.
fn last_line(tried: &Tried) -> String {
    tried.log.last().map_or_else(String::new, |line| format!("; its last words: {}", cut(line)))
}

/// A piece of an answer.
pub(super) fn shown(json: &Json) -> String {
    cut(&json.to_string())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The expected cases as a choice.
pub(super) fn choice(expected: &[String]) -> String {
    expected.iter().map(|case| if case == "value" { "an answer" } else { case }).collect::<Vec<_>>().join(" or ")
}

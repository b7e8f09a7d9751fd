//! The body of a request, with values in the places that are kept for them. They are filled into texts of a value that is
//! JSON already: whatever a text says, it stays a text.

use serde_json::Value;

/// The places there are.
const PLACES: [&str; 8] = ["to", "digits", "text", "from", "user", "message", "receipts", "coding"];

/// The body with its values.
pub(crate) fn fill(body: &Value, values: &[(&str, &str)]) -> Value {
    match body {
        Value::String(text) => Value::String(filled(text, values)),
        Value::Array(list) => list.iter().map(|value| fill(value, values)).collect(),
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), fill(value, values))).collect(),
        other => other.clone(),
    }
}

/// One pass: what is filled in is not looked at again.
fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        whole.push_str(before);
        let place = behind.split_once('}');
        let value = place
            .and_then(|(name, after)| values.iter().find(|(place, _)| *place == name).map(|(_, value)| (value, after)));
        match value {
            Some((value, after)) => {
                whole.push_str(value);
                rest = after;
            }
            None => {
                whole.push('{');
                rest = behind;
            }
        }
    }
    whole + rest
}

/// Names a place that is none, or one that is missing.
pub(super) fn check(body: &Value) -> Result<(), String> {
    let mut named = Vec::new();
    places(body, &mut named);
    if let Some(unknown) = named.iter().find(|name| !PLACES.contains(&name.as_str())) {
        return Err(format!("the body has the place `{{{unknown}}}`, and there are {}", PLACES.join(", ")));
    }
    let has = |place: &str| named.iter().any(|name| name == place);
    match (has("to") || has("digits"), has("text")) {
        (true, true) => Ok(()),
        (false, _) => Err("the body has neither `{to}` nor `{digits}`".to_owned()),
        (_, false) => Err("the body has no `{text}`".to_owned()),
    }
}

fn places(body: &Value, named: &mut Vec<String>) {
    match body {
        Value::String(text) => {
            let behind = text.split('{').skip(1).filter_map(|behind| behind.split_once('}'));
            named.extend(behind.map(|(name, _)| name.to_owned()));
        }
        Value::Array(list) => list.iter().for_each(|value| places(value, named)),
        Value::Object(map) => map.values().for_each(|value| places(value, named)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_cannot_break_out_of_its_place() {
        let body = json!({ "to": ["{to}"], "message": { "text": "{text}", "n": 1 }, "tag": "a {b} {to}{text}" });
        let evil = r#"","admin":true,"x":"{to}"#;
        let filled = fill(&body, &[("to", "+38640123456"), ("text", evil)]);
        assert_eq!(filled["message"], json!({ "text": evil, "n": 1 }));
        assert_eq!(filled["to"], json!(["+38640123456"]));
        assert_eq!(filled["tag"], format!("a {{b}} +38640123456{evil}"));
        let read: Value = serde_json::from_str(&filled.to_string()).unwrap();
        assert_eq!(read, filled);
    }

    #[test]
    fn a_body_without_what_it_needs_or_with_what_nobody_knows_is_refused() {
        check(&json!({ "recipients": ["{digits}"], "body": "{text}" })).unwrap();
        for wrong in [json!({ "to": "{to}" }), json!({ "text": "{text}" }), json!("{to} {text} {password}")] {
            check(&wrong).unwrap_err();
        }
    }
}

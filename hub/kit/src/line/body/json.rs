//! Lists in JSON: an answer that is an array, and the arrays that its object has.

use serde_json::Value as Json;

use super::Disorder;

pub(super) fn disordered(body: &[u8], disorder: Disorder) -> Option<Vec<u8>> {
    let mut json: Json = serde_json::from_slice(body).ok()?;
    match &mut json {
        Json::Array(items) => befall(items, disorder),
        Json::Object(object) => {
            object.values_mut().filter_map(Json::as_array_mut).for_each(|items| befall(items, disorder));
        }
        _ => {}
    }
    serde_json::to_vec(&json).ok()
}

/// Lists of plain values, such as names of fields, are part of an item and no list of items.
fn befall(items: &mut Vec<Json>, disorder: Disorder) {
    let Some(first) = items.first().filter(|first| first.is_object()).cloned() else { return };
    if disorder == Disorder::Late {
        items.remove(0);
    }
    items.push(first);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disordered(body: &str, disorder: Disorder) -> String {
        String::from_utf8(super::disordered(body.as_bytes(), disorder).unwrap()).unwrap()
    }

    #[test]
    fn an_item_comes_once_more_or_last() {
        let list = r#"{"items":[{"a":1},{"a":2}],"page":1}"#;
        assert_eq!(disordered(list, Disorder::Doubled), r#"{"items":[{"a":1},{"a":2},{"a":1}],"page":1}"#);
        assert_eq!(disordered(list, Disorder::Late), r#"{"items":[{"a":2},{"a":1}],"page":1}"#);
        assert_eq!(disordered(r#"[{"a":1}]"#, Disorder::Doubled), r#"[{"a":1},{"a":1}]"#);
    }

    #[test]
    fn a_list_of_plain_values_is_no_list_of_items() {
        let record = r#"{"fields":["a","b"],"lines":{"of":[{"a":1}]}}"#;
        assert_eq!(disordered(record, Disorder::Doubled), record);
    }
}

//! From what a guest answered to JSON.

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use wasmtime::component::Val;

use super::short;

/// Bytes of a document that are shown, so that a person sees what it is.
const BEGINNING: usize = 8;

/// A value as JSON.
pub(crate) fn shown(value: &Val) -> Json {
    match value {
        Val::Bool(value) => json!(value),
        Val::S8(value) => json!(value),
        Val::U8(value) => json!(value),
        Val::S16(value) => json!(value),
        Val::U16(value) => json!(value),
        Val::S32(value) => json!(value),
        Val::U32(value) => json!(value),
        Val::S64(value) => json!(value),
        Val::U64(value) => json!(value),
        Val::Float32(value) => json!(value),
        Val::Float64(value) => json!(value),
        Val::Char(value) => json!(value),
        Val::String(value) => json!(value),
        Val::List(items) | Val::Tuple(items) | Val::FixedLengthList(items) => {
            bytes(items).unwrap_or_else(|| items.iter().map(shown).collect())
        }
        Val::Record(fields) => match short::word(fields) {
            Some(word) => Json::String(word),
            None => fields.iter().map(|(name, value)| (name.clone(), field(name, value))).collect::<Map<_, _>>().into(),
        },
        Val::Variant(case, None) | Val::Enum(case) => json!(case),
        Val::Variant(case, Some(value)) => json!({ case: shown(value) }),
        Val::Option(value) => value.as_deref().map_or(Json::Null, shown),
        Val::Result(Ok(value)) => json!({ "ok": value.as_deref().map_or(Json::Null, shown) }),
        Val::Result(Err(value)) => json!({ "error": value.as_deref().map_or(Json::Null, shown) }),
        Val::Flags(names) => json!(names),
        // the contract has none of these
        other => json!(format!("{other:?}")),
    }
}

/// Salt and hash of a PIN are as secret as the PIN, which is found from them in no time.
fn field(name: &str, value: &Val) -> Json {
    match (name, value) {
        ("salt" | "hash", Val::List(bytes)) => json!({ "bytes": bytes.len() }),
        _ => shown(value),
    }
}

/// A list of bytes is told by its length and digest: a document has megabytes.
fn bytes(items: &[Val]) -> Option<Json> {
    let bytes: Vec<u8> = items
        .iter()
        .map(|item| match item {
            Val::U8(byte) => Some(*byte),
            _ => None,
        })
        .collect::<Option<_>>()?;
    if bytes.is_empty() {
        return None;
    }
    let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(BEGINNING)]).into_owned();
    Some(json!({ "bytes": bytes.len(), "sha256": hex::encode(Sha256::digest(&bytes)), "begins": beginning }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Val {
        Val::List(text.bytes().map(Val::U8).collect())
    }

    #[test]
    fn a_document_is_shown_by_its_beginning_and_a_pin_verifier_by_nothing() {
        assert_eq!(shown(&bytes("%PDF-1.4 and more"))["begins"], "%PDF-1.4");
        let verifier = Val::Record(vec![("salt".to_owned(), bytes("salt")), ("hash".to_owned(), bytes("hashhash"))]);
        assert_eq!(shown(&verifier), json!({ "salt": { "bytes": 4 }, "hash": { "bytes": 8 } }));
    }
}

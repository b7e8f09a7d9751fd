//! From JSON to what a guest is given.

use serde_json::Value as Json;
use wasmtime::component::{Type, Val, types::Record};

use super::{ArgumentError, short};

/// `json` in the type `ty`; `place` says where it stands.
pub(super) fn value(ty: &Type, json: &Json, place: &str) -> Result<Val, ArgumentError> {
    let wrong = || ArgumentError::Type { place: place.to_owned(), expected: expected(ty) };
    let text = || json.as_str().map(str::to_owned).ok_or_else(wrong);
    match ty {
        Type::Bool => json.as_bool().map(Val::Bool).ok_or_else(wrong),
        Type::U8 => number(json).map(Val::U8).ok_or_else(wrong),
        Type::U16 => number(json).map(Val::U16).ok_or_else(wrong),
        Type::U32 => number(json).map(Val::U32).ok_or_else(wrong),
        Type::U64 => json.as_u64().map(Val::U64).ok_or_else(wrong),
        Type::S64 => json.as_i64().map(Val::S64).ok_or_else(wrong),
        Type::String => text().map(Val::String),
        Type::Enum(cases) => {
            let case = text()?;
            if cases.names().any(|name| name == case) { Ok(Val::Enum(case)) } else { Err(wrong()) }
        }
        Type::Option(inner) => match json {
            Json::Null => Ok(Val::Option(None)),
            json => Ok(Val::Option(Some(Box::new(value(&inner.ty(), json, place)?)))),
        },
        Type::List(items) => {
            let (items, json) = (items.ty(), json.as_array().ok_or_else(wrong)?);
            let item = |(index, json)| value(&items, json, &format!("{place}.{index}"));
            Ok(Val::List(json.iter().enumerate().map(item).collect::<Result<_, _>>()?))
        }
        Type::Record(fields) => record(fields, json, place).unwrap_or_else(|| Err(wrong())),
        Type::Variant(cases) => {
            let (case, inner) = match json {
                Json::String(case) => (case, None),
                Json::Object(object) if object.len() == 1 => {
                    object.iter().next().map(|(case, inner)| (case, Some(inner))).ok_or_else(wrong)?
                }
                _ => return Err(wrong()),
            };
            let known = cases.cases().find(|known| known.name == case).ok_or_else(wrong)?;
            match (known.ty, inner) {
                (None, None) => Ok(Val::Variant(case.clone(), None)),
                (Some(ty), Some(inner)) => {
                    let inner = value(&ty, inner, &format!("{place}.{case}"))?;
                    Ok(Val::Variant(case.clone(), Some(Box::new(inner))))
                }
                _ => Err(wrong()),
            }
        }
        // nothing that the contract passes to an adapter
        _ => Err(wrong()),
    }
}

/// None if the JSON is no object, or has a field that the record does not have.
fn record(fields: &Record, json: &Json, place: &str) -> Option<Result<Val, ArgumentError>> {
    let names: Vec<_> = fields.fields().map(|field| field.name).collect();
    if let Json::String(word) = json {
        return Some(Ok(Val::Record(short::record(&names, word)?)));
    }
    let object = json.as_object()?;
    if object.keys().any(|name| !names.contains(&name.as_str())) {
        return None;
    }
    let field = |field: wasmtime::component::types::Field<'_>| {
        let json = object.get(field.name).unwrap_or(&Json::Null);
        Ok((field.name.to_owned(), value(&field.ty, json, &format!("{place}.{}", field.name))?))
    };
    Some(fields.fields().map(field).collect::<Result<_, _>>().map(Val::Record))
}

fn number<T: TryFrom<u64>>(json: &Json) -> Option<T> {
    json.as_u64().and_then(|number| T::try_from(number).ok())
}

/// What a value of this type looks like, in words.
pub(crate) fn expected(ty: &Type) -> String {
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => "a whole number, not below zero".to_owned(),
        Type::S64 => "a whole number".to_owned(),
        Type::String => "a text".to_owned(),
        Type::Enum(cases) => cases.names().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" or "),
        Type::Option(inner) => format!("{}, or null", expected(&inner.ty())),
        Type::List(items) => format!("a list of: {}", expected(&items.ty())),
        Type::Record(fields) => {
            let names: Vec<_> = fields.fields().map(|field| field.name).collect();
            match names.as_slice() {
                ["year", "month", "day"] => "a day like \"2024-08-03\"".to_owned(),
                ["year", "month"] => "a month like \"2024-08\"".to_owned(),
                ["unscaled", "scale"] => "a number in quotes like \"706.77\"".to_owned(),
                ["seconds", "nanoseconds"] => "a moment like \"2024-08-03T10:00:00Z\"".to_owned(),
                names => format!("an object with {}", names.join(", ")),
            }
        }
        Type::Variant(cases) => {
            let case = |case: wasmtime::component::types::Case<'_>| match case.ty {
                None => format!("\"{}\"", case.name),
                Some(ty) => format!("{{\"{}\": {}}}", case.name, expected(&ty)),
            };
            cases.cases().map(case).collect::<Vec<_>>().join(" or ")
        }
        _ => "something that cannot be typed".to_owned(),
    }
}

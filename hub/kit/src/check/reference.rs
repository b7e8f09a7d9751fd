//! `$customer.number`: names of subjects in the arguments of scenarios.
//!
//! `$none` is `null`, `$key` the scenario's idempotency key, `$saved.NAME` what an earlier step found, anything else a
//! path in the subjects.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::Subjects;

/// A subject that `subjects.toml` does not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing(pub(super) String);

/// What references stand for beside subjects.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    pub(super) key: &'a str,
    pub(super) saved: BTreeMap<String, Json>,
}

impl<'a> Names<'a> {
    pub(super) fn with_key(key: &'a str) -> Self {
        Self { key, saved: BTreeMap::new() }
    }
}

/// The same JSON with every reference filled in.
pub(super) fn resolved(json: &Json, subjects: &Subjects, names: &Names<'_>) -> Result<Json, Missing> {
    Ok(match json {
        Json::String(text) => match text.strip_prefix('$') {
            None => json.clone(),
            Some("none") => Json::Null,
            Some("key") => names.key.into(),
            Some(path) => {
                let found = match path.strip_prefix("saved.") {
                    Some(name) => names.saved.get(name),
                    None => subjects.get(path),
                };
                found.cloned().ok_or_else(|| Missing(path.to_owned()))?
            }
        },
        Json::Array(items) => {
            items.iter().map(|item| resolved(item, subjects, names)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Json::Object(fields) => fields
            .iter()
            .map(|(name, value)| Ok((name.clone(), resolved(value, subjects, names)?)))
            .collect::<Result<serde_json::Map<_, _>, Missing>>()?
            .into(),
        other => other.clone(),
    })
}

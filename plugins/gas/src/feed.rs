//! A page of changes, its records still unread: one that cannot be understood must not take the others with it.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use komunala_adapter_sdk::{Error, http::read_json};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Visitor},
};
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(crate) struct Feed<'a> {
    #[serde(borrow)]
    pub(crate) upserts: Vec<Record<'a>>,
    pub(crate) tombstones: Option<Vec<String>>,
    #[serde(deserialize_with = "cursor")]
    pub(crate) next: String,
}

/// One record as it came.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Record<'a>(#[serde(borrow)] &'a RawValue);

impl Record<'_> {
    /// Understands it; the error holds no value of it.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_json(self.0.get().as_bytes())
    }

    /// Its id, where at least that can be read.
    pub(crate) fn id(&self, field: &str) -> Option<String> {
        let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(self.0.get()).ok()?;
        serde_json::from_str(fields.get(field)?.get()).ok().filter(|id: &String| !id.is_empty() && id.len() <= 128)
    }
}

/// `next` is the billing system's own, and may be written as a text or as a number.
fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Cursor;

    impl Visitor<'_> for Cursor {
        type Value = String;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a cursor")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }

    deserializer.deserialize_any(Cursor)
}

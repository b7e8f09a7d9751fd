//! What stands in a column `sealed`: a value as JSON, sealed for its table and row, in base64.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use komunala_app::{
    ports::StoreError,
    sealing::{self, SealingKey},
};
use sea_orm::prelude::Uuid;
use serde::{Serialize, de::DeserializeOwned};

use crate::columns::{damaged, from_json, json};

/// Seals a value for its row.
pub(crate) fn seal<T: Serialize>(key: &SealingKey, table: &str, row: Uuid, value: &T) -> Result<String, StoreError> {
    let text = json(value)?.into_bytes();
    Ok(BASE64.encode(key.seal(&sealing::column(table, "sealed", row), text)))
}

/// Opens what was sealed for a row.
pub(crate) fn open<T: DeserializeOwned>(
    key: &SealingKey,
    table: &'static str,
    row: Uuid,
    sealed: &str,
) -> Result<T, StoreError> {
    let sealed = BASE64.decode(sealed).map_err(|_| damaged(table, "it is no base64"))?;
    let opened = key.open(&sealing::column(table, "sealed", row), sealed).map_err(|error| damaged(table, error))?;
    from_json(table, std::str::from_utf8(&opened).map_err(|_| damaged(table, "it is no text"))?)
}

//! Which key store belongs to a database: the first that it was opened with.

use sea_orm::prelude::Uuid;

use crate::{
    columns::uuid,
    connect::ConnectError,
    database::{Database, Rows, Tx},
};

/// Refuses to serve a database with another key store than its own, with which everybody would seem to be erased.
pub(crate) async fn check(database: &Database) -> Result<(), ConnectError> {
    let unusable = |error: komunala_app::ports::StoreError| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        ConnectError::Keys(Box::new(ConnectError::Database(cause)))
    };
    let here = database.vault().identity().await.map_err(unusable)?;
    let sql = "INSERT INTO key_store (one, id) VALUES (1, $1) ON CONFLICT DO NOTHING";
    let bind = |tx: Tx| async move { Ok(tx.execute(sql, vec![here.into()]).await?) };
    database.write(Rows::All, "store.bind_key_store", bind).await.map_err(unusable)?;
    let sql = "SELECT id FROM key_store WHERE one = 1";
    let bound = database.select(Rows::All, "store.key_store", sql, Vec::new()).await.map_err(unusable)?;
    let bound: Option<Uuid> = bound.first().map(|row| uuid("key store", row, 0)).transpose().map_err(unusable)?;
    if bound == Some(here) { Ok(()) } else { Err(ConnectError::OtherKeyStore) }
}

//! The database that wrapped keys lie in. Every statement is a unit by itself.

use std::time::Duration;

use komunala_app::ports::StoreError;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, QueryResult, Statement, Value,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    connect::ConnectError,
    database::{Failure, check, refuse_memory},
    settings::KeySettings,
};

/// The most connections: keys are kept open, so few calls ask for one.
const CONNECTIONS: u32 = 4;
/// How long a statement waits for another one to write; writes are short.
const BUSY: Duration = Duration::from_secs(5);
/// How long a call waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(5);

/// The connections to a key store.
pub(crate) struct KeyStore {
    connection: DatabaseConnection,
}

impl KeyStore {
    /// Brings its schema up to date.
    pub(crate) async fn migrate(settings: &KeySettings) -> Result<(), ConnectError> {
        let owner = open(settings, 1).await?;
        let migrated = komunala_migrations::up_keys(&owner).await;
        let closed = owner.close().await;
        migrated.and(closed).map_err(ConnectError::of_keys)
    }

    /// Opens it; the schema must be the one of this release.
    pub(crate) async fn connect(settings: &KeySettings) -> Result<Self, ConnectError> {
        let connection = open(settings, CONNECTIONS).await?;
        let schema = komunala_migrations::status_keys(&connection).await.map_err(ConnectError::of_keys)?;
        check(schema).map_err(|error| ConnectError::Keys(Box::new(error)))?;
        Ok(Self { connection })
    }

    /// The rows that a statement finds or changes.
    pub(crate) async fn rows(
        &self,
        operation: &'static str,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.connection.get_database_backend(), sql, values);
        let found = self.connection.query_all_raw(statement).await;
        found.map_err(|error| Failure::from(error).into_store_error(operation))
    }

    /// How many rows a statement changes.
    pub(crate) async fn execute(
        &self,
        operation: &'static str,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let statement = Statement::from_sql_and_values(self.connection.get_database_backend(), sql, values);
        let done = self.connection.execute_raw(statement).await;
        Ok(done.map_err(|error| Failure::from(error).into_store_error(operation))?.rows_affected())
    }

    /// Takes what was overwritten off the disk as well, as far as the database can.
    pub(crate) async fn scour(&self) -> Result<(), StoreError> {
        let sql = match self.connection.get_database_backend() {
            // the log still has the page as it was
            sea_orm::DbBackend::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
            // a vacuum of the whole table would be long: autovacuum removes the old row, and a rotation of the master
            // keys makes what backups of the key store hold worthless
            _ => return Ok(()),
        };
        let scoured = self.connection.execute_unprepared(sql).await;
        scoured.map(|_| ()).map_err(|error| Failure::from(error).into_store_error("keys.scour"))
    }

    pub(crate) async fn close(&self) {
        let _ = self.connection.close_by_ref().await;
    }
}

async fn open(settings: &KeySettings, connections: u32) -> Result<DatabaseConnection, ConnectError> {
    let url = &settings.url;
    match url.scheme() {
        "sqlite" => refuse_memory(url)?,
        "postgres" | "postgresql" => {}
        _ => return Err(ConnectError::Keys(Box::new(ConnectError::UnknownScheme))),
    }
    let mut options = ConnectOptions::new(url.expose());
    options
        .sqlx_logging(false)
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .connect_timeout(ACQUIRE)
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .map_sqlx_postgres_opts(|options| options.application_name("komunala-keys"))
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY)
                // a key that is erased must not stay in a free page
                .pragma("secure_delete", "on")
        });
    sea_orm::Database::connect(options).await.map_err(ConnectError::of_keys)
}

//! SQLite: a file, one writer, several readers.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{check_schema, open, options, refuse_memory};
use crate::{connect::ConnectError, settings::StoreSettings};

/// How long a statement waits for a lock of another process; within the hub the writer's pool does the queuing.
const BUSY: Duration = Duration::from_secs(1);

pub(super) struct Sqlite {
    /// The only connection that writes: SQLite has one writer at a time, and a queue for it is fairer than its lock.
    pub(super) writer: DatabaseConnection,
    /// Connections that cannot write.
    pub(super) readers: DatabaseConnection,
}

impl Sqlite {
    pub(super) async fn connect(settings: &StoreSettings) -> Result<Self, ConnectError> {
        let writer = open_writer(settings).await?;
        check_schema(&writer).await?;
        let mut options = options(settings);
        options
            .max_connections(settings.max_connections.max(4) - 1)
            .map_sqlx_sqlite_opts(|options| file(options).pragma("query_only", "on"));
        Ok(Self { writer, readers: open(options).await? })
    }

    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        // taking the write lock at once: a transaction that only asks for it later cannot wait for it
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await
    }

    pub(super) async fn close(&self) {
        let _ = self.readers.close_by_ref().await;
        let _ = self.writer.close_by_ref().await;
    }
}

/// Opens the connection that writes, making the file where the address says so.
pub(super) async fn open_writer(settings: &StoreSettings) -> Result<DatabaseConnection, ConnectError> {
    refuse_memory(&settings.database_url)?;
    let mut options = options(settings);
    // a writer that rests is not closed: opening it again would read the schema again
    options.max_connections(1).min_connections(1).map_sqlx_sqlite_opts(file);
    open(options).await
}

fn file(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose the last commits with the power; what the outbox calls durable must be
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

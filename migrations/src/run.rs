//! Running the steps under a lock, and telling how far they have been run.

use std::collections::BTreeSet;

use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, SqliteTransactionMode, TransactionOptions,
        TransactionTrait,
    },
    seaql_migrations,
};

use crate::{Migrator, keys::KeyMigrator};

/// The key of the advisory lock: "komunala" in ASCII. Every release takes the same one.
const LOCK: i64 = i64::from_be_bytes(*b"komunala");

/// Brings the schema up to date.
///
/// The whole run is one transaction under one lock (an advisory lock on PostgreSQL, the write lock on SQLite): of two
/// replicas that start at once one waits, then finds nothing left to do, and a run that dies leaves nothing behind.
///
/// # Errors
/// What the database says, and [`DbErr::Custom`] when it has steps that this release does not know.
pub async fn up(database: &DatabaseConnection) -> Result<(), DbErr> {
    run::<Migrator>(database).await
}

/// Brings the schema of a key store up to date, in the same way.
///
/// # Errors
/// As [`up`].
pub async fn up_keys(database: &DatabaseConnection) -> Result<(), DbErr> {
    run::<KeyMigrator>(database).await
}

async fn run<M: MigratorTrait>(database: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = database
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    M::up(&transaction, None).await?;
    transaction.commit().await
}

/// How a database's schema compares with what this release was built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// It is what this release was built for.
    Current,
    /// Steps are missing.
    Behind {
        /// Their names, oldest first.
        missing: Vec<String>,
    },
    /// A later release has been here.
    Ahead {
        /// The names of the steps that this release does not know.
        unknown: Vec<String>,
    },
}

/// Compares without changing anything; the right to read the table of steps is enough.
pub async fn status(database: &DatabaseConnection) -> Result<Schema, DbErr> {
    compare::<Migrator>(database).await
}

/// The same for a key store.
pub async fn status_keys(database: &DatabaseConnection) -> Result<Schema, DbErr> {
    compare::<KeyMigrator>(database).await
}

async fn compare<M: MigratorTrait>(database: &DatabaseConnection) -> Result<Schema, DbErr> {
    let known: BTreeSet<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let applied: BTreeSet<String> = if has_been_migrated(database).await? {
        seaql_migrations::Entity::find().all(database).await?.into_iter().map(|row| row.version).collect()
    } else {
        BTreeSet::new()
    };
    let unknown: Vec<_> = applied.difference(&known).cloned().collect();
    let missing: Vec<_> = known.difference(&applied).cloned().collect();
    Ok(match (unknown.is_empty(), missing.is_empty()) {
        (false, _) => Schema::Ahead { unknown },
        (true, false) => Schema::Behind { missing },
        (true, true) => Schema::Current,
    })
}

async fn has_been_migrated(database: &DatabaseConnection) -> Result<bool, DbErr> {
    sea_orm_migration::SchemaManager::new(database).has_table("seaql_migrations").await
}

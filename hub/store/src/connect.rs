//! Why a store could not be opened.

use sea_orm::DbErr;

/// Why a store could not be opened or migrated. No password stands in it.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error("the database's address begins with neither sqlite: nor postgres:")]
    UnknownScheme,
    /// An SQLite database without a file: several connections could not share it.
    #[error("an SQLite database in memory cannot serve the hub; name a file")]
    InMemory,
    /// Run `komunala migrate`.
    #[error("the database's schema is behind this release, run the migration; missing: {}", missing.join(", "))]
    SchemaBehind {
        /// The steps that are missing, oldest first.
        missing: Vec<String>,
    },
    /// A later release has migrated the database.
    #[error("the database's schema is ahead of this release; unknown: {}", unknown.join(", "))]
    SchemaAhead {
        /// The steps that this release does not know.
        unknown: Vec<String>,
    },
    /// The database cannot be reached, or refused.
    #[error("the database cannot be used: {0}")]
    Database(String),
    /// The key store cannot be used.
    #[error("the key store: {0}")]
    Keys(#[source] Box<ConnectError>),
    /// Keys in the same dump as what they open would be none.
    #[error("the key store must be a database of its own")]
    KeysInTheDatabase,
    /// With another key store everybody would seem to be erased.
    #[error("the database was filled with another key store than the one that is configured")]
    OtherKeyStore,
    /// The folder for documents cannot be made or used.
    #[error("the folder for documents {folder} cannot be used")]
    Documents {
        /// The folder.
        folder: String,
        /// What the operating system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ConnectError {
    #[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    pub(crate) fn refused(error: DbErr) -> Self {
        Self::Database(crate::database::describe(&error))
    }

    /// The same of the key store.
    pub(crate) fn of_keys(error: DbErr) -> Self {
        Self::Keys(Box::new(Self::refused(error)))
    }
}

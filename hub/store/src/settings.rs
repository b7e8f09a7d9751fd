//! Where the store keeps things, and how much of the database it takes.

use std::{path::PathBuf, time::Duration};

/// What a [`Store`](crate::Store) is opened with.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`. It may hold a password: it is never logged.
    pub database_url: DatabaseUrl,
    /// The folder that documents are kept in; made where it is missing.
    pub documents_dir: PathBuf,
    /// The most connections to the database, at least 4. On SQLite all but one of them only read; on PostgreSQL half
    /// of them serve writes, the others reads.
    pub max_connections: u32,
    /// How long a call waits for a connection before the store counts as unavailable.
    pub acquire_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
}

impl StoreSettings {
    /// The settings that suit a small hub: 24 connections, 5 s for a connection, 10 s for a statement.
    pub fn new(database_url: impl Into<String>, documents_dir: impl Into<PathBuf>) -> Self {
        Self {
            database_url: DatabaseUrl(database_url.into()),
            documents_dir: documents_dir.into(),
            max_connections: 24,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// A database's address. It may hold a password, so its debug form shows the scheme alone.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// What stands before the colon, such as `sqlite`.
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// The whole address, for the database driver alone.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:…", self.scheme())
    }
}

//! Where the store keeps things, and how much of the database it takes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use komunala_app::{
    credentials::RootSecret,
    sealing::{CopyKeys, Links, Lookups, MasterKey, MasterKeys},
};

/// What a [`Store`](crate::Store) is opened with.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`. It may hold a password: it is never logged.
    pub database_url: DatabaseUrl,
    /// The keys of people.
    pub keys: KeySettings,
    /// The folder that documents are kept in; made where it is missing.
    pub documents_dir: PathBuf,
    /// The most connections to the database, at least 4. On SQLite all but one of them only read; on PostgreSQL half
    /// of them serve writes, the others reads.
    pub max_connections: u32,
    /// How long a call waits for a connection before the store counts as unavailable.
    pub acquire_timeout: Duration,
    /// How long a statement may take, and a transaction may stand still between two.
    pub statement_timeout: Duration,
}

impl StoreSettings {
    /// The settings that suit a small hub: 24 connections, 5 s for a connection, 10 s for a statement.
    pub fn new(database_url: impl Into<String>, documents_dir: impl Into<PathBuf>, keys: KeySettings) -> Self {
        Self {
            database_url: DatabaseUrl(database_url.into()),
            keys,
            documents_dir: documents_dir.into(),
            max_connections: 24,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// Where the keys of people are, and what wraps them. Replicas share all of it.
#[derive(Debug, Clone)]
pub struct KeySettings {
    /// The key store: `sqlite://PATH?mode=rwc` or `postgres://…`, never the database that the keys open.
    pub url: DatabaseUrl,
    /// The master keys.
    pub masters: Arc<MasterKeys>,
    /// What addresses are found by.
    pub lookups: Lookups,
    /// What holds the audit log together.
    pub links: Links,
    /// What seals the hub's copies of accounts and documents.
    pub copies: CopyKeys,
}

impl KeySettings {
    /// Takes the master keys, and derives the others.
    pub fn new(url: impl Into<String>, masters: MasterKeys, root: &RootSecret) -> Self {
        Self {
            url: DatabaseUrl(url.into()),
            masters: Arc::new(masters),
            lookups: Lookups::new(root),
            links: Links::new(root),
            copies: CopyKeys::new(root),
        }
    }

    /// A key store in a folder, with everything else derived from one secret: for who opens a store without a
    /// configuration.
    pub fn in_folder(folder: &Path, secret: &RootSecret) -> Self {
        let id = "only".parse().expect("it is a short word");
        let masters = MasterKeys::new(vec![MasterKey::new(id, secret)]).expect("there is one key");
        Self::new(format!("sqlite://{}?mode=rwc", folder.join("keys.db").display()), masters, secret)
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

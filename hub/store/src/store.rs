//! The store: a database, its key store and a folder of documents behind all ports.

use std::sync::Arc;

use object_store::ObjectStore;

use crate::{
    binding,
    connect::ConnectError,
    database::Database,
    documents,
    settings::StoreSettings,
    vault::{KeyStore, Vault},
};

/// Everything the hub keeps. Cheap to clone; clones share the connections.
///
/// It implements the store's ports of `komunala_app::ports`; nothing of it can be reached without a scope.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) documents: Arc<dyn ObjectStore>,
}

impl Store {
    /// Opens the store. The schema must be the one of this release.
    ///
    /// # Errors
    /// [`ConnectError::SchemaBehind`] until [`Store::migrate`] was run, [`ConnectError::SchemaAhead`] when a later
    /// release did, [`ConnectError::OtherKeyStore`] when the database was filled with another key store.
    pub async fn connect(settings: &StoreSettings) -> Result<Self, ConnectError> {
        let documents = documents::open(&settings.documents_dir)?;
        if settings.keys.url == settings.database_url {
            return Err(ConnectError::KeysInTheDatabase);
        }
        let vault = Vault::connect(&settings.keys).await;
        // a database that was never migrated is said first: its key store was not either
        let database = Database::connect(settings, vault).await?;
        binding::check(&database).await?;
        Ok(Self { database, documents })
    }

    /// Brings the schemas of the database and of the key store up to date; safe to run on several replicas at once.
    ///
    /// On PostgreSQL the address must be that of the schema's owner, who may create roles the first time.
    pub async fn migrate(settings: &StoreSettings) -> Result<(), ConnectError> {
        Database::migrate(settings).await?;
        KeyStore::migrate(&settings.keys).await
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(…)")
    }
}

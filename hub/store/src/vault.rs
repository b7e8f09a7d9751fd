//! The keys of people, which open what the database keeps sealed.
//!
//! A subject is a user, or a message to somebody whose own key is about to go. Its key lies in the key store, a database
//! of its own, wrapped by a master key that lies in neither. A row whose subject has no key counts as erased, wherever
//! the row comes from: erasing a key erases a person from every backup of the database at once.
//!
//! Keys that are in use are kept open in memory, at most [`OPEN_KEYS`] of them and for at most [`OPEN_FOR`]; they are
//! wiped as they go. So a key that was erased at one hub opens nothing at any other one after that time.

mod erasures;
mod key_store;
mod rotation;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use komunala_app::{
    ports::StoreError,
    sealing::{CopyKeys, Links, Lookups, MasterKeys, SealingKey, WrappedKey},
};
use komunala_domain::{Contact, EmailAddress, TenantId};
use moka::sync::Cache;
use sea_orm::prelude::Uuid;

use crate::{
    columns::{column, damaged, micros, uuid},
    connect::ConnectError,
    database::places,
    settings::KeySettings,
};

pub(crate) use erasures::Erased;
pub(crate) use key_store::KeyStore;

/// How many keys are open at most: about 8 MB.
const OPEN_KEYS: u64 = 10_000;
/// How long a key stays open.
const OPEN_FOR: Duration = Duration::from_secs(60);
/// How many keys one statement names.
const AT_ONCE: usize = 500;

const WHAT: &str = "key";

/// A subject's key, open.
pub(crate) type OpenKey = Arc<SealingKey>;

/// The keys of one hub; clones share them.
#[derive(Clone)]
pub(crate) struct Vault(Arc<Inner>);

struct Inner {
    store: KeyStore,
    masters: Arc<MasterKeys>,
    lookups: Lookups,
    links: Links,
    copies: CopyKeys,
    open: Cache<Uuid, OpenKey>,
}

impl Vault {
    /// Opens the key store.
    pub(crate) async fn connect(settings: &KeySettings) -> Result<Self, ConnectError> {
        let store = KeyStore::connect(settings).await?;
        let open = Cache::builder().max_capacity(OPEN_KEYS).time_to_live(OPEN_FOR).build();
        let inner = Inner {
            store,
            masters: settings.masters.clone(),
            lookups: settings.lookups.clone(),
            links: settings.links.clone(),
            copies: settings.copies.clone(),
            open,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Which key store this is.
    pub(crate) async fn identity(&self) -> Result<Uuid, StoreError> {
        let rows = self.0.store.rows("keys.identity", "SELECT id FROM identity", Vec::new()).await?;
        let row = rows.first().ok_or_else(|| damaged(WHAT, "the key store has no name"))?;
        uuid(WHAT, row, 0)
    }

    /// What an address is found by.
    pub(crate) fn lookup(&self, tenant: &TenantId, email: &EmailAddress) -> String {
        hex::encode(self.0.lookups.email(tenant, email))
    }

    /// What an address of any channel is found by.
    pub(crate) fn lookup_contact(&self, tenant: &TenantId, contact: &Contact) -> String {
        match contact {
            Contact::Email(email) => self.lookup(tenant, email),
            Contact::Phone(phone) => hex::encode(self.0.lookups.phone(tenant, phone)),
        }
    }

    /// What holds the audit log together.
    pub(crate) fn links(&self) -> &Links {
        &self.0.links
    }

    /// What seals copies of what is the utility's.
    pub(crate) fn copies(&self) -> &CopyKeys {
        &self.0.copies
    }

    /// A subject's key; `None` when it was erased, or never had one.
    pub(crate) async fn key(&self, subject: Uuid) -> Result<Option<OpenKey>, StoreError> {
        Ok(self.keys(&[subject]).await?.remove(&subject))
    }

    /// The keys of those subjects that have one.
    pub(crate) async fn keys(&self, subjects: &[Uuid]) -> Result<HashMap<Uuid, OpenKey>, StoreError> {
        let mut keys = HashMap::with_capacity(subjects.len());
        let mut closed = Vec::new();
        for subject in subjects {
            match self.0.open.get(subject) {
                Some(key) => drop(keys.insert(*subject, key)),
                None => closed.push(*subject),
            }
        }
        for subjects in closed.chunks(AT_ONCE) {
            for (subject, wrapped) in self.wrapped(subjects).await? {
                let key = Arc::new(self.0.masters.unwrap(subject, &wrapped).map_err(|error| damaged(WHAT, error))?);
                self.0.open.insert(subject, key.clone());
                keys.insert(subject, key);
            }
        }
        Ok(keys)
    }

    async fn wrapped(&self, subjects: &[Uuid]) -> Result<Vec<(Uuid, WrappedKey)>, StoreError> {
        let sql = format!(
            "SELECT subject, master, wrapped FROM subject_keys WHERE wrapped IS NOT NULL AND subject IN ({})",
            places(1, subjects.len())
        );
        let values = subjects.iter().map(|subject| (*subject).into()).collect();
        let rows = self.0.store.rows("keys.find", &sql, values).await?;
        let key = |row| {
            Ok((uuid(WHAT, row, 0)?, WrappedKey { master: column(WHAT, row, 1)?, wrapped: column(WHAT, row, 2)? }))
        };
        rows.iter().map(key).collect()
    }

    /// Makes a key for a subject that never had one. It is durable before anything is sealed under it.
    pub(crate) async fn make(&self, tenant: &TenantId, subject: Uuid, now: Timestamp) -> Result<OpenKey, StoreError> {
        let (key, wrapped) = self.0.masters.generate(subject);
        let sql = "INSERT INTO subject_keys (subject, tenant, master, wrapped, made_at) VALUES ($1, $2, $3, $4, $5)";
        let values = vec![
            subject.into(),
            tenant.as_str().into(),
            wrapped.master.into(),
            wrapped.wrapped.into(),
            micros(now).into(),
        ];
        self.0.store.execute("keys.make", sql, values).await?;
        let key = Arc::new(key);
        self.0.open.insert(subject, key.clone());
        Ok(key)
    }

    /// Closes the key store, and wipes the keys that are open.
    pub(crate) async fn close(&self) {
        self.0.open.invalidate_all();
        self.0.open.run_pending_tasks();
        self.0.store.close().await;
    }
}

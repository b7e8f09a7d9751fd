//! The keys of a provider's books.
//!
//! All are derived from the root secret: a dump of the database shows neither whose a row is nor what it says. Every
//! file's rows are sealed under a key of their own.

use std::sync::Arc;

use aws_lc_rs::{constant_time, hmac};
use komunala_domain::{ExternalId, ProviderId};
use uuid::Uuid;

use super::row::Row;
use crate::{
    credentials::Keys,
    ports::{
        StoreError,
        imports::{KeptRow, Lookup, SealedRow},
    },
    sealing::SealingKey,
};

/// What rows are looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// A customer, by the account's key or by the number on the bill.
    Customer,
    /// The bills and payments of an account.
    Bookings,
    /// The lines of a bill.
    Lines,
}

impl About {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Customer => b"customer",
            Self::Bookings => b"bookings",
            Self::Lines => b"lines",
        }
    }
}

/// The keys of a provider's books.
pub(super) struct BookKeys {
    keys: Arc<Keys>,
    provider: ProviderId,
    lookups: hmac::Key,
    pepper: hmac::Key,
}

impl BookKeys {
    pub(super) fn of(keys: &Arc<Keys>, provider: &ProviderId) -> Self {
        let key = |use_| hmac::Key::new(hmac::HMAC_SHA256, &keys.subkey(&format!("books/{use_}/{provider}")));
        Self { lookups: key("lookups"), pepper: key("pepper"), keys: keys.clone(), provider: provider.clone() }
    }

    /// What a thing's rows are found by.
    pub(super) fn lookup(&self, about: About, id: &str) -> Lookup {
        let mut context = hmac::Context::with_key(&self.lookups);
        context.update(about.label());
        context.update(&[0]);
        context.update(id.as_bytes());
        let tag = context.sign();
        Lookup(Uuid::from_slice(&tag.as_ref()[..16]).expect("16 bytes are a UUID"))
    }

    /// The same for a key of the billing system.
    pub(super) fn lookup_id(&self, about: About, id: &ExternalId) -> Lookup {
        self.lookup(about, id.as_str())
    }

    /// The key of one file's rows.
    pub(super) fn of_file(&self, import: Uuid) -> RowKey {
        let key = self.keys.subkey(&format!("books/rows/{}/{import}", self.provider));
        RowKey { key: SealingKey::new(&key), import }
    }

    /// Opens a row, whichever file it came in.
    pub(super) fn open(&self, kept: KeptRow) -> Result<Row, StoreError> {
        self.of_file(kept.import).open(kept.lookup, kept.sealed)
    }

    /// A hash that checks a PIN, wrapped so that it checks nothing without the pepper.
    pub(super) fn wrap(&self, hash: &[u8]) -> [u8; 32] {
        hmac::sign(&self.pepper, hash).as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
    }

    /// Whether a hash is the one that was wrapped, in a time that tells nothing.
    pub(super) fn is_wrapped(&self, hash: &[u8], wrapped: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.wrap(hash), wrapped).is_ok()
    }
}

/// The key of one file's rows.
pub(super) struct RowKey {
    key: SealingKey,
    import: Uuid,
}

impl RowKey {
    /// Seals a row. One that is moved to another place cannot be opened there.
    pub(super) fn seal(&self, lookup: Lookup, row: &Row) -> SealedRow {
        // room for the tag and the nonce, so that the row is not moved
        let mut text = Vec::with_capacity(1024);
        serde_json::to_writer(&mut text, row).expect("rows have string keys, and memory takes them");
        SealedRow { lookup, sealed: self.key.seal(&self.place(lookup), text) }
    }

    fn open(&self, lookup: Lookup, sealed: Vec<u8>) -> Result<Row, StoreError> {
        let damaged = |detail: String| StoreError::Damaged { what: "row of a file", detail };
        let opened = self.key.open(&self.place(lookup), sealed).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_slice(&opened).map_err(|error| damaged(format!("JSON, {:?}", error.classify())))
    }

    fn place(&self, lookup: Lookup) -> [u8; 32] {
        let mut place = [0; 32];
        place[..16].copy_from_slice(self.import.as_bytes());
        place[16..].copy_from_slice(lookup.0.as_bytes());
        place
    }
}

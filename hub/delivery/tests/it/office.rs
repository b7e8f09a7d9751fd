//! The rest of a hub, in memory: documents, whom mail does not reach, and the epoch.

use std::{
    collections::HashMap,
    sync::{Mutex, atomic::AtomicBool, atomic::Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Bounces, DeliveryEpoch, Documents, StoreError,
        bounces::{Bounce, Noted, Suppression},
        epoch::{EpochMove, EpochStanding},
    },
    scope::{DeskScope, SystemScope, TenantScope},
};
use komunala_domain::{Sha256, TenantId, ids::SuppressionId};
use sha2::Digest as _;

/// It.
#[derive(Default)]
pub(crate) struct Office {
    documents: Mutex<HashMap<Sha256, Bytes>>,
    /// What came back.
    pub(crate) bounces: Mutex<Vec<Bounce>>,
    /// Whether the database is an older one.
    pub(crate) is_held: AtomicBool,
}

impl Office {
    /// Keeps a document; answers what it is kept under.
    pub(crate) fn keep(&self, bytes: impl Into<Bytes>) -> Sha256 {
        let bytes = bytes.into();
        let digest = Sha256(sha2::Sha256::digest(&bytes).into());
        self.documents.lock().unwrap().insert(digest, bytes);
        digest
    }
}

#[async_trait]
impl Documents for Office {
    async fn put(&self, _: &TenantScope, digest: Sha256, bytes: Bytes) -> Result<(), StoreError> {
        self.documents.lock().unwrap().insert(digest, bytes);
        Ok(())
    }

    async fn get(&self, _: &TenantScope, digest: Sha256) -> Result<Option<Bytes>, StoreError> {
        Ok(self.documents.lock().unwrap().get(&digest).cloned())
    }
}

#[async_trait]
impl Bounces for Office {
    async fn bounced(&self, _: &SystemScope, bounce: Bounce, _: Timestamp) -> Result<Noted, StoreError> {
        self.bounces.lock().unwrap().push(bounce);
        Ok(Noted::Suppressed)
    }

    async fn suppressions(
        &self,
        _: &SystemScope,
        _: &TenantId,
        _: Option<SuppressionId>,
        _: u32,
    ) -> Result<Vec<Suppression>, StoreError> {
        Ok(Vec::new())
    }

    async fn lift(&self, _: &DeskScope, _: SuppressionId, _: Timestamp) -> Result<bool, StoreError> {
        Ok(false)
    }
}

#[async_trait]
impl DeliveryEpoch for Office {
    async fn compare(&self, _: &SystemScope, _: EpochMove, _: Timestamp) -> Result<EpochStanding, StoreError> {
        Ok(match self.is_held.load(Ordering::SeqCst) {
            true => EpochStanding::Held { database: 3, documents: Some(7) },
            false => EpochStanding::Same,
        })
    }

    async fn release(&self, _: &SystemScope, _: Timestamp) -> Result<(), StoreError> {
        self.is_held.store(false, Ordering::SeqCst);
        Ok(())
    }
}

//! Documents by their digest.

use async_trait::async_trait;
use bytes::Bytes;
use komunala_domain::{Sha256, TenantId};

use super::StoreError;
use crate::scope::TenantScope;

/// Keeps documents under their digest, per tenant.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Keeps `bytes`, whose digest is `digest`; twice is the same as once.
    async fn put(&self, scope: &TenantScope, digest: Sha256, bytes: Bytes) -> Result<(), StoreError>;

    /// The bytes under `digest`, checked against it; `None` when they are not kept.
    async fn get(&self, scope: &TenantScope, digest: Sha256) -> Result<Option<Bytes>, StoreError>;
}

/// Where a tenant's document lies, relative to the store's root.
pub fn path_of(tenant: &TenantId, digest: Sha256) -> String {
    let digest = digest.to_string();
    format!("{tenant}/{}/{digest}", &digest[..2])
}

//! Components that operators installed, by digest.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use komunala_domain::Sha256;

use super::StoreError;
use crate::scope::{OperatorScope, SystemScope};

/// What a manifest says of its component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its short name, which settings files use.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// The version of the contract it was built with.
    pub contract: String,
    /// One line for operators.
    pub description: String,
}

/// A component with what belongs to it.
#[derive(Clone, PartialEq, Eq)]
pub struct ComponentFile {
    /// The component.
    pub bytes: Bytes,
    /// Its manifest, `adapter.toml`.
    pub manifest: String,
    /// An Ed25519 signature over its digest.
    pub signature: Option<Vec<u8>>,
}

impl std::fmt::Debug for ComponentFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ComponentFile({} bytes)", self.bytes.len())
    }
}

/// A component that was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledComponent {
    /// Its digest.
    pub digest: Sha256,
    /// What its manifest says of it.
    pub about: About,
    /// Its manifest.
    pub manifest: String,
    /// How many bytes it has.
    pub size: u64,
    /// The signature that came with it.
    pub signature: Option<Vec<u8>>,
    /// When it was installed.
    pub installed_at: Timestamp,
    /// By whom.
    pub installed_by: String,
}

/// Keeps components for all replicas of a hub.
#[async_trait]
pub trait Components: Send + Sync {
    /// Keeps a component: first its bytes, then its row, so that a row always has its bytes. One with the same digest is
    /// replaced, manifest and signature with it.
    async fn keep_component(
        &self,
        scope: &OperatorScope,
        component: &InstalledComponent,
        bytes: Bytes,
    ) -> Result<(), StoreError>;

    /// The component with this digest.
    async fn component(&self, scope: &SystemScope, digest: Sha256) -> Result<Option<InstalledComponent>, StoreError>;

    /// The bytes of a component, checked against their digest.
    async fn component_bytes(&self, scope: &SystemScope, digest: Sha256) -> Result<Option<Bytes>, StoreError>;

    /// All components, newest first.
    async fn components(&self, scope: &SystemScope) -> Result<Vec<InstalledComponent>, StoreError>;
}

//! Request ids: a write that is sent twice happens once (AIP-155).

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::scope::TenantScope;

/// The name of a write, as its caller gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteKey {
    /// The method, such as `LinkAccount`.
    pub method: &'static str,
    /// The caller's request id.
    pub request_id: Uuid,
    /// A keyed hash of the request and of whoever sent it, PINs and passwords left out.
    pub fingerprint: [u8; 32],
}

/// How a write went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written<T> {
    /// It happened now.
    Now(T),
    /// It had happened before; this is what was answered then.
    Before(String),
}

/// The request ids of the last 24 hours.
#[async_trait]
pub trait Requests: Send + Sync {
    /// What was answered to this write, if it happened before.
    ///
    /// # Errors
    /// [`StoreError::RequestIdReused`] when the id was used for another request.
    async fn answered(&self, scope: &TenantScope, key: &WriteKey) -> Result<Option<String>, StoreError>;
}

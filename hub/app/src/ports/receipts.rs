//! What gateways report of texts that they took.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::ProviderId;

use super::{StoreError, text_gateways::Receipt};
use crate::scope::TenantScope;

/// What became of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// It says something new.
    Now,
    /// It was there before, or something later was.
    Before,
    /// Nobody knows the text that it is about.
    Nowhere,
}

/// Receipts of texts.
#[async_trait]
pub trait Receipts: Send + Sync {
    /// Files a receipt with its message. What a receipt exists of was taken by the gateway: a message whose fate was unknown,
    /// or which was to be sent again because of that, counts as accepted from then on.
    async fn file(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        receipt: &Receipt,
        now: Timestamp,
    ) -> Result<Filed, StoreError>;
}

//! What is known of tenants beside their providers and portals.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_domain::TenantId;

use super::StoreError;
use crate::scope::{OperatorScope, SystemScope};

/// A tenant that an operator entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRecord {
    /// Its id.
    pub id: TenantId,
    /// What operators call it.
    pub display_name: String,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: String,
}

/// The tenants that operators entered, shared by all replicas.
#[async_trait]
pub trait Tenants: Send + Sync {
    /// All of them, by id.
    async fn tenants(&self, scope: &SystemScope) -> Result<Vec<TenantRecord>, StoreError>;

    /// Enters a tenant; `false` if it is there, and then nothing happened.
    async fn create_tenant(&self, scope: &OperatorScope, tenant: &TenantRecord) -> Result<bool, StoreError>;

    /// Changes what is known of a tenant, or enters it where only settings named it until now.
    async fn update_tenant(&self, scope: &OperatorScope, tenant: &TenantRecord) -> Result<(), StoreError>;
}

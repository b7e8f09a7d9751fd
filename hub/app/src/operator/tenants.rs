//! Tenants: one exists as soon as an operator enters it, or settings name it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use komunala_domain::TenantId;

use super::Operations;
use crate::{failure::Failure, ports::tenants::TenantRecord, scope::OperatorScope};

/// A tenant, as operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOverview {
    /// Its id.
    pub id: TenantId,
    /// What operators call it; its id until somebody says otherwise.
    pub display_name: String,
    /// When it was entered; `None` where only settings name it.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// By whom.
    pub updated_by: Option<String>,
    /// How many providers it has.
    pub providers: usize,
    /// How many portals it has.
    pub portals: usize,
}

impl Operations {
    /// Enters a tenant.
    pub async fn create_tenant(
        &self,
        scope: &OperatorScope,
        id: TenantId,
        display_name: String,
    ) -> Result<TenantOverview, Failure> {
        scope.reach_the_hub()?;
        let now = self.0.hub.clock.now();
        let record = TenantRecord {
            id,
            display_name,
            created_at: now,
            updated_at: now,
            updated_by: scope.operator().to_owned(),
        };
        let is_named = self.view().names(&record.id);
        if is_named || !self.0.ports.tenants.create_tenant(scope, &record).await? {
            return Err(Failure::TenantExists(record.id));
        }
        self.get_tenant(scope, &record.id).await
    }

    /// The tenants within reach, by id.
    pub async fn list_tenants(&self, scope: &OperatorScope) -> Result<Vec<TenantOverview>, Failure> {
        let view = self.view();
        let records = self.0.ports.tenants.tenants(&scope.system()).await?;
        let mut tenants: BTreeMap<_, _> = view.tenants().map(|id| (id.clone(), TenantOverview::named(id))).collect();
        tenants.extend(records.into_iter().map(|record| (record.id.clone(), record.into())));
        for standing in view.standings.values() {
            if let Some(tenant) = tenants.get_mut(&standing.settings.provider.tenant) {
                tenant.providers += 1;
            }
        }
        for (id, portals) in &view.portals {
            if let Some(tenant) = tenants.get_mut(id) {
                tenant.portals = portals.len();
            }
        }
        Ok(tenants.into_values().filter(|tenant| scope.reaches(&tenant.id)).collect())
    }

    /// One tenant.
    pub async fn get_tenant(&self, scope: &OperatorScope, id: &TenantId) -> Result<TenantOverview, Failure> {
        let mut tenants = self.list_tenants(scope).await?.into_iter();
        tenants.find(|tenant| tenant.id == *id).ok_or(Failure::NotFound("tenant"))
    }

    /// Calls a tenant something else.
    pub async fn rename_tenant(
        &self,
        scope: &OperatorScope,
        id: &TenantId,
        display_name: String,
    ) -> Result<TenantOverview, Failure> {
        let before = self.get_tenant(scope, id).await?;
        if before.display_name == display_name {
            return Ok(before);
        }
        let now = self.0.hub.clock.now();
        let record = TenantRecord {
            id: id.clone(),
            display_name,
            created_at: before.created_at.unwrap_or(now),
            updated_at: now,
            updated_by: scope.operator().to_owned(),
        };
        self.0.ports.tenants.update_tenant(scope, &record).await?;
        self.get_tenant(scope, id).await
    }
}

impl TenantOverview {
    /// One that only settings name.
    fn named(id: &TenantId) -> Self {
        Self {
            id: id.clone(),
            display_name: id.to_string(),
            created_at: None,
            updated_at: None,
            updated_by: None,
            providers: 0,
            portals: 0,
        }
    }
}

impl From<TenantRecord> for TenantOverview {
    fn from(record: TenantRecord) -> Self {
        Self {
            display_name: record.display_name,
            created_at: Some(record.created_at),
            updated_at: Some(record.updated_at),
            updated_by: Some(record.updated_by),
            ..Self::named(&record.id)
        }
    }
}

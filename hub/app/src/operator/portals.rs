//! The portals of a tenant, as its settings say.

use komunala_domain::{PortalId, TenantId};

use super::Operations;
use crate::{directory::Portal, failure::Failure, scope::OperatorScope};

/// A portal, and where what is known of it comes from.
#[derive(Debug, Clone)]
pub struct PortalOverview {
    /// The portal.
    pub portal: Portal,
    /// The change of the hub's settings that said so; 0 for a settings file.
    pub revision: u64,
}

impl Operations {
    /// The portals of a tenant, in the order of its settings.
    pub fn list_portals(&self, scope: &OperatorScope, tenant: &TenantId) -> Result<Vec<PortalOverview>, Failure> {
        if !scope.reaches(tenant) {
            return Err(Failure::NotFound("tenant"));
        }
        let view = self.view();
        let revision = view.applied_portals.get(tenant).map_or(0, |applied| applied.revision);
        let portals = view.portals.get(tenant).into_iter().flatten().cloned();
        Ok(portals.map(|portal| PortalOverview { portal, revision }).collect())
    }

    /// One portal.
    pub fn get_portal(
        &self,
        scope: &OperatorScope,
        tenant: &TenantId,
        portal: &PortalId,
    ) -> Result<PortalOverview, Failure> {
        let mut portals = self.list_portals(scope, tenant)?.into_iter();
        portals.find(|overview| overview.portal.id == *portal).ok_or(Failure::NotFound("portal"))
    }
}

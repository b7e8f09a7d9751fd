//! What a portal's visitors may know of its providers.

use std::sync::Arc;

use komunala_domain::{CapabilitySet, Provider, ProviderId};

use crate::{Hub, failure::Failure, scope::PortalScope};

/// A provider and what its adapter offers.
#[derive(Debug, Clone)]
pub struct OfferedProvider {
    /// The provider.
    pub provider: Arc<Provider>,
    /// What its adapter offers, read from the component itself, and what the hub answers out of its files.
    pub capabilities: CapabilitySet,
}

impl Hub {
    /// The providers that the portal shows, by id, after `after`.
    pub fn list_providers(&self, scope: &PortalScope) -> Vec<OfferedProvider> {
        let shown = self.directory.providers().filter(|provider| scope.shows(&provider.id));
        shown.map(|provider| self.offered(provider)).collect()
    }

    /// A provider that the portal shows.
    pub fn get_provider(&self, scope: &PortalScope, id: &ProviderId) -> Result<OfferedProvider, Failure> {
        Ok(self.offered(&self.provider(scope, id)?))
    }

    fn offered(&self, provider: &Arc<Provider>) -> OfferedProvider {
        let capabilities = self.offering(&provider.id).map(|billing| billing.capabilities()).unwrap_or_default();
        OfferedProvider { provider: provider.clone(), capabilities }
    }
}

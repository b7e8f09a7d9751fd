//! What a portal's visitors may know of its providers.

use std::sync::Arc;

use komunala_domain::{CapabilitySet, Provider, ProviderId};

use crate::{
    Hub,
    failure::Failure,
    page::{Page, PageRequest, Query},
    scope::PortalScope,
};

/// A provider and what it offers.
#[derive(Debug, Clone)]
pub struct OfferedProvider {
    /// The provider.
    pub provider: Arc<Provider>,
    /// What its adapter offers, read from the component itself, and what the hub answers out of its files or reads out of
    /// what it offers.
    pub capabilities: CapabilitySet,
}

impl Hub {
    /// A page of the providers that the portal shows, by id.
    pub fn list_providers(&self, scope: &PortalScope, page: &PageRequest) -> Result<Page<OfferedProvider>, Failure> {
        let query = Query::of_portal(&self.keys, scope, "ListProviders");
        let roster = self.roster();
        let shown = roster.directory.providers().filter(|provider| scope.shows(&provider.id));
        query.page_of_all(shown.map(|provider| self.offered(provider)), page, |offered| offered.provider.id.clone())
    }

    /// A provider that the portal shows.
    pub fn get_provider(&self, scope: &PortalScope, id: &ProviderId) -> Result<OfferedProvider, Failure> {
        let roster = self.roster();
        let shown = scope.shows(id).then(|| roster.directory.provider(id)).flatten();
        Ok(self.offered(shown.ok_or(Failure::NotFound("provider"))?))
    }

    fn offered(&self, provider: &Arc<Provider>) -> OfferedProvider {
        let exported = self.offering(&provider.id).map(|billing| billing.capabilities()).unwrap_or_default();
        let capabilities = exported.with_derived();
        OfferedProvider { provider: provider.clone(), capabilities }
    }
}

//! The tenants of a hub: their portals and their providers, as the settings say.

mod doors;
mod pages;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use komunala_domain::{PortalId, Provider, ProviderId, Sha256, TenantId};

use crate::{caller::Callers, credentials::PortalKeyDigest, ports::portal_keys::IssuedKey};

pub(crate) use doors::{Door, Doors, KeyUses};
pub use pages::{NotAPage, PageAddress, Pages};

/// A portal front end, as the settings say.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Its id.
    pub id: PortalId,
    /// Its tenant.
    pub tenant: TenantId,
    /// The digests of the keys that its settings name.
    pub keys: Vec<PortalKeyDigest>,
    /// The client certificates that are its own, by the SHA-256 of their public keys.
    pub certificates: Vec<Sha256>,
    /// The providers it shows.
    pub providers: Vec<ProviderId>,
    /// The origins whose pages may call from a browser.
    pub origins: Vec<String>,
    /// The pages that links in mails lead to.
    pub pages: Pages,
    /// How its callers are told apart.
    pub callers: Callers,
    /// Whether accounts of businesses can be neither registered nor linked here.
    pub households_only: bool,
}

impl Portal {
    /// The portal with these providers left out.
    pub(crate) fn without(&self, hidden: &BTreeSet<ProviderId>) -> Self {
        let mut portal = self.clone();
        portal.providers.retain(|provider| !hidden.contains(provider));
        portal
    }
}

/// Why the settings of portals and providers contradict themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// Two settings files name the same provider.
    #[error("the provider {0} is set up twice")]
    ProviderTwice(ProviderId),
    /// A portal shows a provider that is not there or is another tenant's.
    #[error("the portal {portal} shows the provider {provider}, which its tenant does not have")]
    ProviderOfNobody {
        /// The portal.
        portal: PortalId,
        /// The provider.
        provider: ProviderId,
    },
    /// Two portals have the same key, or the same certificate.
    #[error("the portal {0} has a key or a certificate that another portal has too")]
    KeyTwice(PortalId),
}

/// Who is who in a hub.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    providers: BTreeMap<ProviderId, Arc<Provider>>,
    doors: Doors,
    origins: BTreeSet<String>,
    pages: HashMap<(TenantId, PortalId), Pages>,
}

impl Directory {
    /// Holds portals and providers against one another.
    pub fn new(
        providers: impl IntoIterator<Item = Arc<Provider>>,
        portals: impl IntoIterator<Item = Portal>,
    ) -> Result<Self, DirectoryError> {
        let mut directory = Self::default();
        for provider in providers {
            let id = provider.id.clone();
            if directory.providers.insert(id.clone(), provider).is_some() {
                return Err(DirectoryError::ProviderTwice(id));
            }
        }
        for portal in portals {
            for provider in &portal.providers {
                if directory.provider(provider).is_none_or(|provider| provider.tenant != portal.tenant) {
                    return Err(DirectoryError::ProviderOfNobody { portal: portal.id, provider: provider.clone() });
                }
            }
            if !directory.doors.add(&portal) {
                return Err(DirectoryError::KeyTwice(portal.id));
            }
            directory.origins.extend(portal.origins);
            directory.pages.insert((portal.tenant, portal.id), portal.pages);
        }
        Ok(directory)
    }

    /// With the keys that operators made for its portals, whose uses are noted in `uses`.
    pub(crate) fn with_keys<'a>(mut self, keys: impl IntoIterator<Item = &'a IssuedKey>, uses: &KeyUses) -> Self {
        for key in keys {
            self.doors.add_key(key, uses.of(key));
        }
        self
    }

    /// The provider with this id.
    pub fn provider(&self, id: &ProviderId) -> Option<&Arc<Provider>> {
        self.providers.get(id)
    }

    /// Every provider, by id.
    pub fn providers(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.providers.values()
    }

    /// The origins whose pages may call from a browser, of all portals.
    pub fn origins(&self) -> &BTreeSet<String> {
        &self.origins
    }

    /// The pages of a portal that links in mails lead to.
    pub(crate) fn pages(&self, tenant: &TenantId, portal: &PortalId) -> Option<&Pages> {
        self.pages.get(&(tenant.clone(), portal.clone()))
    }

    /// How portals get in.
    pub(crate) fn doors(&self) -> &Doors {
        &self.doors
    }
}

//! Finding components: installed ones, and those in the hub's own folder.

use std::collections::BTreeSet;

use komunala_domain::{ProviderId, Sha256};

use super::Operations;
use crate::{
    credentials::portal_key::sha256,
    failure::Failure,
    ports::{
        components::{ComponentFile, InstalledComponent},
        workshop::SettingsProblem,
    },
    scope::{OperatorScope, SystemScope},
};

/// An installed component, as operators see it.
#[derive(Debug, Clone)]
pub struct ComponentOverview {
    /// The component.
    pub component: InstalledComponent,
    /// The key that signed it, as far as this hub knows it.
    pub signed_by: Option<String>,
    /// The providers that it serves.
    pub used_by: BTreeSet<ProviderId>,
}

/// A component that was found.
pub(super) struct Found {
    pub(super) file: ComponentFile,
    /// Whether it lies in this hub's folder only.
    pub(super) is_local: bool,
}

impl Operations {
    /// The installed components, newest first; for who reaches some tenants, those that serve them.
    pub async fn list_components(&self, scope: &OperatorScope) -> Result<Vec<ComponentOverview>, Failure> {
        let components = self.0.ports.components.components(&scope.system()).await?;
        let overviews = components.into_iter().map(|component| self.overview(scope, component));
        Ok(overviews.filter(|overview| scope.reaches_the_hub() || !overview.used_by.is_empty()).collect())
    }

    pub(super) fn overview(&self, scope: &OperatorScope, component: InstalledComponent) -> ComponentOverview {
        let signed_by = self.0.signatures.check(component.digest, component.signature.as_deref());
        ComponentOverview {
            signed_by: signed_by.ok().flatten().map(str::to_owned),
            used_by: self.users_of(scope, component.digest),
            component,
        }
    }

    /// The providers within reach whose settings pin a component.
    pub(super) fn users_of(&self, scope: &OperatorScope, digest: Sha256) -> BTreeSet<ProviderId> {
        let standings = self.list_providers(scope).into_iter();
        let users = standings.filter(|standing| standing.settings.component == digest);
        users.map(|standing| standing.settings.provider.id.clone()).collect()
    }

    /// The component that settings pin. Its signature is checked each time: a key may have been withdrawn.
    pub(super) async fn find(&self, scope: &SystemScope, name: &str, digest: Sha256) -> Result<Found, Failure> {
        let found = match self.0.ports.components.component(scope, digest).await? {
            Some(installed) => self.installed(scope, name, installed).await?,
            None => self.local(name, digest).await?,
        };
        self.0.signatures.check(digest, found.file.signature.as_deref())?;
        Ok(found)
    }

    async fn installed(
        &self,
        scope: &SystemScope,
        name: &str,
        installed: InstalledComponent,
    ) -> Result<Found, Failure> {
        let InstalledComponent { digest, about, manifest, signature, .. } = installed;
        if about.name != name {
            let problem = format!("the component {digest} is the adapter `{}`", about.name);
            return Err(Failure::SettingsInvalid(vec![SettingsProblem::new("adapter.name", problem)]));
        }
        let bytes = self.0.ports.components.component_bytes(scope, digest).await?;
        let bytes = bytes.ok_or(Failure::ComponentUnknown(digest))?;
        Ok(Found { file: ComponentFile { bytes, manifest, signature }, is_local: false })
    }

    async fn local(&self, name: &str, digest: Sha256) -> Result<Found, Failure> {
        let local = self.0.ports.workshop.local(name).await.map_err(Failure::ComponentRefused)?;
        let file = local.ok_or(Failure::ComponentUnknown(digest))?;
        match sha256(&file.bytes) {
            found if found == digest => Ok(Found { file, is_local: true }),
            found => Err(Failure::ComponentDigest { announced: digest, found }),
        }
    }

    /// Keeps a component of the hub's own folder in the store, so that every replica finds it.
    pub(super) async fn adopt(
        &self,
        scope: &OperatorScope,
        digest: Sha256,
        file: ComponentFile,
    ) -> Result<(), Failure> {
        let about = self.0.ports.workshop.about(&file.manifest).map_err(Failure::ComponentRefused)?;
        let component = InstalledComponent {
            digest,
            about,
            size: file.bytes.len() as u64,
            manifest: file.manifest,
            signature: file.signature,
            installed_at: self.0.hub.clock.now(),
            installed_by: scope.operator().to_owned(),
        };
        Ok(self.0.ports.components.keep_component(scope, &component, file.bytes).await?)
    }
}

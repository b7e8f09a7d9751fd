//! InstallAdapter: a component is checked and kept, and where a provider is named, switched to.

use bytes::Bytes;
use komunala_domain::{ProviderId, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::{ComponentOverview, Operations, Standing};
use crate::{
    credentials::portal_key::sha256,
    failure::Failure,
    ports::{
        components::ComponentFile,
        workshop::{Origin, ProviderSettings, SettingsText, Settled},
    },
    scope::OperatorScope,
};

/// The most bytes a component may have: one in Python has 22 MB.
pub const MAX_COMPONENT_BYTES: usize = 64 * 1024 * 1024;

/// What an operator wants to be installed.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The component.
    pub bytes: Bytes,
    /// Its manifest.
    pub manifest: String,
    /// The digest it must have.
    pub sha256: Sha256,
    /// A signature over the digest.
    pub signature: Option<Vec<u8>>,
    /// The provider to be switched to it.
    pub provider: Option<ProviderId>,
}

/// What was installed.
pub struct Installation {
    /// The component.
    pub component: ComponentOverview,
    /// The provider that was switched to it.
    pub standing: Option<Standing>,
}

impl Operations {
    /// Room for one upload, which holds a whole component in memory; refused where there is none.
    pub fn begin_upload(&self) -> Result<OwnedSemaphorePermit, Failure> {
        self.0.uploads.clone().try_acquire_owned().map_err(|_| Failure::Overloaded)
    }

    /// Installs a component. Whatever check fails, nothing has changed.
    pub async fn install(&self, scope: &OperatorScope, upload: Upload) -> Result<Installation, Failure> {
        scope.reach_the_hub()?;
        let Upload { bytes, manifest, sha256: announced, signature, provider } = upload;
        let found = sha256(&bytes);
        if found != announced {
            return Err(Failure::ComponentDigest { announced, found });
        }
        // before anything of it is looked at
        self.0.signatures.check(found, signature.as_deref())?;
        let about = self.0.ports.workshop.about(&manifest);
        let about = about.map_err(|problem| Failure::InvalidField { field: "manifest", problem })?;
        let _turn = self.0.turn.lock().await;
        self.newest(scope).await?;
        self.refuse_other_manifest(scope, found, &manifest).await?;
        let file = ComponentFile { bytes, manifest, signature };
        self.0.ports.workshop.try_out(&file, found).await?;
        let switch = match provider {
            None => None,
            Some(provider) => Some(self.pinned(&provider, &about.name, found, &file).await?),
        };
        self.adopt(scope, found, file).await?;
        tracing::info!(operator = scope.operator(), component = %found, name = about.name, version = about.version, "a component was installed");
        let standing = match switch {
            None => None,
            Some((text, settings)) => {
                let (provider, _) = self.put_provider(scope, text, settings, false).await?;
                self.view().standings.get(&provider).cloned()
            }
        };
        let component = self.0.ports.components.component(&scope.system(), found).await?;
        let component = component.ok_or(Failure::ComponentUnknown(found))?;
        Ok(Installation { component: self.overview(scope, component), standing })
    }

    /// The provider's settings with the new pin; they and the component have been tried together.
    async fn pinned(
        &self,
        provider: &ProviderId,
        name: &str,
        digest: Sha256,
        file: &ComponentFile,
    ) -> Result<(SettingsText, ProviderSettings), Failure> {
        let (text, settings) = self.repinned(provider, digest)?;
        if settings.adapter != name {
            let problem = format!("names the adapter `{name}`, and {provider} has the adapter `{}`", settings.adapter);
            return Err(Failure::InvalidField { field: "manifest", problem });
        }
        self.0.ports.workshop.fit(&text, file, digest).await?;
        Ok((text, settings))
    }

    /// A provider's settings with another pin.
    pub(super) fn repinned(
        &self,
        provider: &ProviderId,
        digest: Sha256,
    ) -> Result<(SettingsText, ProviderSettings), Failure> {
        let view = self.view();
        let standing = view.standings.get(provider).ok_or(Failure::NotFound("provider"))?;
        let text = self.0.ports.workshop.pin(&standing.held.text.text, digest);
        let text = text.map_err(|problem| Failure::SettingsInvalid(vec![problem]))?;
        let text = SettingsText { text: text.into(), origin: Origin::Applied };
        match self.0.ports.workshop.read(&text).map_err(Failure::SettingsInvalid)? {
            Settled::Provider(settings) => Ok((text, settings)),
            Settled::Portals(_) => Err(Failure::Internal("a provider's settings are those of portals".to_owned())),
        }
    }

    /// What runs was fitted to the manifest that was installed with it: another one needs another digest.
    async fn refuse_other_manifest(
        &self,
        scope: &OperatorScope,
        digest: Sha256,
        manifest: &str,
    ) -> Result<(), Failure> {
        let installed = self.0.ports.components.component(&scope.system(), digest).await?;
        let users = self.users_of(scope, digest);
        match installed {
            Some(installed) if installed.manifest != manifest && !users.is_empty() => {
                let users: Vec<_> = users.iter().map(ProviderId::as_str).collect();
                let problem = format!("the component is in use with another manifest, by {}", users.join(", "));
                Err(Failure::InvalidField { field: "manifest", problem })
            }
            _ => Ok(()),
        }
    }
}

//! The adapters as they run: seen, rolled back, disabled and enabled.

use std::sync::Arc;

use komunala_domain::{ProviderId, TenantId};

use super::{Operations, Standing};
use crate::{
    failure::Failure,
    ports::settings::{Applied, Subject},
    scope::OperatorScope,
};

impl Operations {
    /// Every provider, by id.
    pub fn list_providers(&self, _: &OperatorScope) -> Vec<Standing> {
        self.view().standings.values().cloned().collect()
    }

    /// One provider.
    pub fn get_provider(&self, _: &OperatorScope, provider: &ProviderId) -> Result<Standing, Failure> {
        self.view().standings.get(provider).cloned().ok_or(Failure::NotFound("provider"))
    }

    /// The portals' settings of a tenant, where an operator applied them.
    pub fn applied_portals(&self, _: &OperatorScope, tenant: &TenantId) -> Option<Applied> {
        self.view().applied_portals.get(tenant).cloned()
    }

    /// Switches a provider back to the component that served it before; all checks are made as for any other change.
    pub async fn roll_back(&self, scope: &OperatorScope, provider: &ProviderId) -> Result<Standing, Failure> {
        {
            let _turn = self.0.turn.lock().await;
            self.newest(scope).await?;
            let before = self.get_provider(scope, provider)?.held.previous_component;
            let (text, settings) = self.repinned(provider, before.ok_or(Failure::NoEarlierComponent)?)?;
            self.put_provider(scope, text, settings, false).await?;
        }
        self.get_provider(scope, provider)
    }

    /// Stops asking a provider's billing system, or goes on. What the hub has a copy of is answered all the while.
    pub async fn enable(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        is_enabled: bool,
    ) -> Result<Standing, Failure> {
        {
            let _turn = self.0.turn.lock().await;
            self.newest(scope).await?;
            let old = self.get_provider(scope, provider)?.held;
            if old.is_enabled != is_enabled {
                let text = Arc::clone(&old.text.text);
                let applied = self.applied(scope, &self.view(), Subject::Provider(provider.clone()), text);
                let revision = applied.revision;
                let applied = Applied { is_enabled, previous_component: old.previous_component, ..applied };
                self.commit(scope, applied, None).await?;
                tracing::info!(operator = scope.operator(), %provider, revision, is_enabled, "an adapter was switched on or off");
            }
        }
        self.get_provider(scope, provider)
    }
}

//! The adapters as they run: seen, rolled back, disabled and enabled.

use std::sync::Arc;

use komunala_domain::ProviderId;

use super::{Held, Operations, Standing};
use crate::{
    failure::Failure,
    ports::settings::{Applied, Subject},
    scope::OperatorScope,
};

impl Operations {
    /// The providers within reach, by id.
    pub fn list_providers(&self, scope: &OperatorScope) -> Vec<Standing> {
        let view = self.view();
        let within = view.standings.values().filter(|standing| scope.reaches(&standing.settings.provider.tenant));
        within.cloned().collect()
    }

    /// One provider. One out of reach is as good as none.
    pub fn get_provider(&self, scope: &OperatorScope, provider: &ProviderId) -> Result<Standing, Failure> {
        let view = self.view();
        let found = view.standings.get(provider).filter(|found| scope.reaches(&found.settings.provider.tenant));
        found.cloned().ok_or(Failure::NotFound("provider"))
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
                self.change(scope, provider, old, |applied| applied.is_enabled = is_enabled).await?;
                tracing::info!(operator = scope.operator(), %provider, is_enabled, "an adapter was switched on or off");
            }
        }
        self.get_provider(scope, provider)
    }

    /// Lets portals show a provider, or no longer: then its billing system is not asked either. What the hub holds of its
    /// customers stays.
    pub async fn show(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        is_shown: bool,
    ) -> Result<Standing, Failure> {
        {
            let _turn = self.0.turn.lock().await;
            self.newest(scope).await?;
            let old = self.get_provider(scope, provider)?.held;
            if old.is_shown != is_shown {
                self.change(scope, provider, old, |applied| applied.is_shown = is_shown).await?;
                tracing::info!(operator = scope.operator(), %provider, is_shown, "a provider was disabled or enabled");
            }
        }
        self.get_provider(scope, provider)
    }

    /// The settings that hold, with a switch in another position. The caller has the turn.
    async fn change(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        old: Held,
        switch: impl FnOnce(&mut Applied) + Send,
    ) -> Result<(), Failure> {
        let text = Arc::clone(&old.text.text);
        let applied = self.applied(scope, &self.view(), Subject::Provider(provider.clone()), text);
        let Held { previous_component, is_enabled, is_shown, .. } = old;
        let mut applied = Applied { previous_component, is_enabled, is_shown, ..applied };
        switch(&mut applied);
        self.commit(scope, applied, None).await
    }
}

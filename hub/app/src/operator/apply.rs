//! ApplyProvider and ApplyPortals: settings that hold from now on.

use std::sync::Arc;

use komunala_domain::{ProviderId, TenantId};

use super::{
    Operations, Standing,
    switch::{Fitted, View},
};
use crate::{
    directory::DirectoryError,
    failure::Failure,
    ports::{
        settings::{Applied, Subject},
        workshop::{FitError, Origin, PortalSettings, ProviderSettings, SettingsProblem, SettingsText, Settled},
    },
    scope::OperatorScope,
};

/// What has been done with settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They hold from now on.
    Applied,
    /// They hold already.
    Unchanged,
    /// They could be applied, and were not: that was all the caller wanted to know.
    Valid,
}

impl Operations {
    /// Applies a provider's settings, after all checks; `validate_only` leaves it at the checks.
    pub async fn apply_provider(
        &self,
        scope: &OperatorScope,
        text: &str,
        validate_only: bool,
    ) -> Result<(ProviderId, Outcome), Failure> {
        // it names secrets and folders of the hub's machine, which are nobody's alone
        scope.reach_the_hub()?;
        let text = SettingsText { text: text.into(), origin: Origin::Applied };
        let settings = match self.0.ports.workshop.read(&text).map_err(Failure::SettingsInvalid)? {
            Settled::Provider(settings) => settings,
            Settled::Portals(_) => return Err(invalid("provider", "these are the settings of portals")),
        };
        let _turn = self.0.turn.lock().await;
        self.newest(scope).await?;
        self.put_provider(scope, text, settings, validate_only).await
    }

    /// Applies the settings of all portals of a tenant: one that they do not name is gone.
    pub async fn apply_portals(
        &self,
        scope: &OperatorScope,
        text: &str,
        validate_only: bool,
    ) -> Result<(TenantId, Outcome), Failure> {
        let settled = SettingsText { text: text.into(), origin: Origin::Applied };
        let settled = self.0.ports.workshop.read(&settled).map_err(Failure::SettingsInvalid)?;
        let Settled::Portals(PortalSettings { tenant, portals }) = &settled else {
            return Err(invalid("portals", "these are the settings of a provider"));
        };
        scope.reach(tenant)?;
        let _turn = self.0.turn.lock().await;
        self.newest(scope).await?;
        let view = self.view();
        view.directory_with(&settled).map_err(contradiction)?;
        let outcome = match view.applied_portals.get(tenant) {
            Some(held) if *held.text == *text => Outcome::Unchanged,
            _ if validate_only => Outcome::Valid,
            _ => {
                let applied = self.applied(scope, &view, Subject::Portals(tenant.clone()), text.into());
                self.commit(scope, applied, None).await?;
                Outcome::Applied
            }
        };
        tracing::info!(operator = scope.operator(), %tenant, portals = portals.len(), ?outcome, "portals' settings");
        Ok((tenant.clone(), outcome))
    }

    /// Checks a provider's settings and applies them. The caller has the turn.
    pub(super) async fn put_provider(
        &self,
        scope: &OperatorScope,
        text: SettingsText,
        settings: ProviderSettings,
        validate_only: bool,
    ) -> Result<(ProviderId, Outcome), Failure> {
        let (view, id) = (self.view(), settings.provider.id.clone());
        let old = view.standings.get(&id);
        if old.is_some_and(|old| old.held.text == text && old.problem.is_none()) {
            return Ok((id, Outcome::Unchanged));
        }
        if old.is_some_and(|old| old.settings.provider.tenant != settings.provider.tenant) {
            return Err(invalid("provider.tenant", "a provider stays with its tenant: its customers' data are theirs"));
        }
        view.directory_with(&Settled::Provider(settings.clone())).map_err(contradiction)?;
        let found = self.find(&scope.system(), &settings.adapter, settings.component).await?;
        let billing = self.0.ports.workshop.fit(&text, &found.file, settings.component).await?;
        self.0.ports.workshop.gateways(&text).map_err(FitError::Settings)?;
        self.0.ports.workshop.line(&text).map_err(FitError::Settings)?;
        if validate_only {
            return Ok((id, Outcome::Valid));
        }
        if found.is_local {
            self.adopt(scope, settings.component, found.file).await?;
        }
        self.adopt_before(scope, old, &settings).await?;
        let before = old.filter(|old| old.settings.component != settings.component);
        let mut applied = self.applied(scope, &view, Subject::Provider(id.clone()), text.text.clone());
        if let Some(old) = old {
            applied.is_enabled = old.held.is_enabled;
            applied.is_shown = old.held.is_shown;
            applied.previous_component = before.map(|old| old.settings.component).or(old.held.previous_component);
        }
        let revision = applied.revision;
        self.commit(scope, applied, Some(Fitted { text, billing })).await?;
        let component = settings.component;
        tracing::info!(operator = scope.operator(), provider = %id, revision, %component, "a provider's settings were applied");
        Ok((id, Outcome::Applied))
    }

    /// Keeps the component that a provider leaves, if only this hub's folder has it.
    async fn adopt_before(
        &self,
        scope: &OperatorScope,
        old: Option<&Standing>,
        settings: &ProviderSettings,
    ) -> Result<(), Failure> {
        let Some(old) = old.map(|old| &old.settings).filter(|old| old.component != settings.component) else {
            return Ok(());
        };
        // where it is gone there is nothing to go back to, which is no reason to stay
        match self.find(&scope.system(), &old.adapter, old.component).await {
            Ok(found) if found.is_local => self.adopt(scope, old.component, found.file).await,
            _ => Ok(()),
        }
    }

    /// Sees what other replicas changed before something is changed here.
    pub(super) async fn newest(&self, scope: &OperatorScope) -> Result<(), Failure> {
        self.catch_up(&scope.system(), None).await.map_err(unfollowed)
    }

    /// A change after the last one that this replica has seen.
    pub(super) fn applied(&self, scope: &OperatorScope, view: &View, subject: Subject, text: Arc<str>) -> Applied {
        Applied {
            subject,
            text,
            previous_component: None,
            is_enabled: true,
            is_shown: true,
            revision: view.next_revision(),
            applied_at: self.0.hub.clock.now(),
            applied_by: scope.operator().to_owned(),
        }
    }

    /// Commits a change and serves it.
    pub(super) async fn commit(
        &self,
        scope: &OperatorScope,
        applied: Applied,
        fitted: Option<Fitted>,
    ) -> Result<(), Failure> {
        let is_first = self.0.ports.settings.apply_settings(scope, &applied).await?;
        self.catch_up(&scope.system(), fitted).await.map_err(unfollowed)?;
        if is_first { Ok(()) } else { Err(Failure::ChangedMeanwhile) }
    }
}

fn unfollowed(error: super::BeginError) -> Failure {
    match error {
        super::BeginError::Store(error) => error.into(),
        error => Failure::Internal(error.to_string()),
    }
}

pub(super) fn invalid(field: &str, problem: &str) -> Failure {
    Failure::SettingsInvalid(vec![SettingsProblem::new(field, problem)])
}

fn contradiction(error: DirectoryError) -> Failure {
    let field = match &error {
        DirectoryError::ProviderTwice(_) => "provider.id",
        DirectoryError::ProviderOfNobody { .. } => "portals.providers",
        DirectoryError::KeyTwice(_) => "portals.key_sha256",
    };
    invalid(field, &error.to_string())
}

//! From the settings that hold to what is served: built beside what runs, then switched to in one step.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use komunala_domain::{ProviderId, TenantId};

use super::{Held, Operations, Serving, Standing};
use crate::{
    Directory, Roster,
    directory::{DirectoryError, Portal},
    failure::Failure,
    ports::{
        BillingSystem, StoreError,
        settings::{Applied, Subject},
        workshop::{FitError, Origin, ProviderSettings, SettingsProblem, SettingsText, Settled},
    },
    scope::SystemScope,
};

/// How long a provider that could not be fitted is left alone before it is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// Why a hub cannot begin to serve.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// A settings file says what it must not.
    #[error("{path}: {problem}", path = .path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong first.
        problem: SettingsProblem,
    },
    /// An adapter that a settings file names cannot be used.
    #[error("{path}: the adapter of {provider} cannot be used: {problem}", path = .path.display())]
    Adapter {
        /// The file.
        path: PathBuf,
        /// The provider.
        provider: ProviderId,
        /// Why.
        problem: String,
    },
    /// The settings contradict one another.
    #[error("the settings contradict one another: {0}")]
    Directory(#[from] DirectoryError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What holds at one moment, and how it is followed on this replica.
#[derive(Default)]
pub(super) struct View {
    /// The last change that was seen; `None` before the first look.
    revision: Option<u64>,
    /// When this was made.
    made: Option<Instant>,
    pub(super) standings: BTreeMap<ProviderId, Standing>,
    pub(super) portals: BTreeMap<TenantId, Vec<Portal>>,
    /// The tenants whose portals an operator applied, with the texts.
    pub(super) applied_portals: BTreeMap<TenantId, Applied>,
}

/// An adapter that was fitted while its settings were checked, so that it need not be fitted twice.
pub(super) struct Fitted {
    pub(super) text: SettingsText,
    pub(super) billing: Arc<dyn BillingSystem>,
}

/// Every text that holds, read.
#[derive(Default)]
struct Texts {
    providers: BTreeMap<ProviderId, (Held, ProviderSettings)>,
    portals: BTreeMap<TenantId, Vec<Portal>>,
    applied_portals: BTreeMap<TenantId, Applied>,
    /// What another release may have applied and this one cannot read.
    unreadable: BTreeSet<Subject>,
}

impl View {
    pub(super) fn next_revision(&self) -> u64 {
        self.revision.unwrap_or_default() + 1
    }

    /// Who is who, with some settings in the place of those that hold.
    pub(super) fn directory_with(&self, settled: &Settled) -> Result<Directory, DirectoryError> {
        let mut providers: BTreeMap<_, _> =
            self.standings.iter().map(|(id, standing)| (id.clone(), standing.provider())).collect();
        let mut portals = self.portals.clone();
        match settled {
            Settled::Provider(settings) => {
                providers.insert(settings.provider.id.clone(), settings.provider.clone());
            }
            Settled::Portals(settings) => {
                portals.insert(settings.tenant.clone(), settings.portals.clone());
            }
        }
        Directory::new(providers.into_values(), portals.into_values().flatten())
    }

    /// The tenants that settings name.
    pub(super) fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        let of_providers = self.standings.values().map(|standing| &standing.settings.provider.tenant);
        of_providers.chain(self.portals.keys())
    }

    /// Whether settings name this tenant.
    pub(super) fn names(&self, tenant: &TenantId) -> bool {
        self.tenants().any(|named| named == tenant)
    }

    fn is_due(&self, revision: u64) -> bool {
        let is_incomplete = self.standings.values().any(|standing| standing.problem.is_some());
        let rested = self.made.is_none_or(|made| made.elapsed() > TRY_AGAIN);
        self.revision != Some(revision) || (is_incomplete && rested)
    }
}

impl Operations {
    /// What holds at this moment.
    pub(super) fn view(&self) -> Arc<View> {
        self.0.view.load_full()
    }

    /// Begins to serve. A file that cannot be followed ends it: whoever started the hub is there to mend it. What an
    /// operator applied and cannot be followed here is logged, and costs its provider alone.
    pub async fn begin(&self, scope: &SystemScope) -> Result<(), BeginError> {
        let _turn = self.0.turn.lock().await;
        self.read_files()?;
        self.catch_up(scope, None).await?;
        for (provider, standing) in &self.view().standings {
            if let (Some(problem), Origin::File(path)) = (&standing.problem, &standing.held.text.origin) {
                let (path, provider, problem) = (path.clone(), provider.clone(), problem.clone());
                return Err(BeginError::Adapter { path, provider, problem });
            }
        }
        self.tell_overruled_files();
        Ok(())
    }

    /// Does what another replica's operators changed, if they did.
    pub async fn follow(&self, scope: &SystemScope) -> Result<(), StoreError> {
        let _turn = self.0.turn.lock().await;
        match self.catch_up(scope, None).await {
            Ok(()) => Ok(()),
            Err(BeginError::Store(error)) => Err(error),
            Err(error) => {
                tracing::error!(%error, "the settings that were applied cannot be followed; what runs goes on");
                Ok(())
            }
        }
    }

    /// Serves what holds now. The caller has the turn.
    pub(super) async fn catch_up(&self, scope: &SystemScope, fitted: Option<Fitted>) -> Result<(), BeginError> {
        let view = self.view();
        let revision = self.0.ports.settings.settings_revision(scope).await?;
        if !view.is_due(revision) {
            return Ok(());
        }
        let texts = self.texts(self.0.ports.settings.applied_settings(scope).await?)?;
        let keys = self.0.ports.portal_keys.portal_keys(scope).await?;
        let mut standings = BTreeMap::new();
        for (id, (held, settings)) in texts.providers {
            let standing = self.stand(scope, view.standings.get(&id), held, settings, fitted.as_ref()).await;
            standings.insert(id, standing);
        }
        let mut portals = texts.portals;
        for subject in &texts.unreadable {
            match subject {
                Subject::Provider(id) => standings.extend(view.standings.get_key_value(id).map(owned)),
                Subject::Portals(tenant) => portals.extend(view.portals.get_key_value(tenant).map(owned)),
            }
        }
        let providers = standings.values().map(Standing::provider);
        let shown = portals.values().flatten().map(|portal| portal.without(&hidden(&standings)));
        let directory = Directory::new(providers, shown)?.with_keys(&keys, &self.0.hub.key_uses);
        let serving = |(id, standing): (&ProviderId, &Standing)| Some((id.clone(), standing.serving.clone()?));
        let serving: Vec<_> = standings.iter().filter_map(serving).collect();
        let gateways = serving.iter().map(|(id, serving)| (id.clone(), serving.gateways.clone())).collect();
        let line = |(id, serving): &(ProviderId, Serving)| Some((id.clone(), serving.line.clone()?));
        let lines = serving.iter().filter_map(line).collect();
        let billing: HashMap<_, _> = serving.into_iter().map(|(id, serving)| (id, serving.billing)).collect();
        let applied_portals = texts.applied_portals;
        self.0.hub.switch(Roster { directory, billing, gateways, lines });
        let next = View { revision: Some(revision), made: Some(Instant::now()), standings, portals, applied_portals };
        self.0.view.store(Arc::new(next));
        tracing::info!(revision, "the settings that hold are served");
        Ok(())
    }

    /// One provider: as it is where nothing changed, fitted anew where it did.
    async fn stand(
        &self,
        scope: &SystemScope,
        old: Option<&Standing>,
        held: Held,
        settings: ProviderSettings,
        fitted: Option<&Fitted>,
    ) -> Standing {
        let before = old.and_then(|old| old.serving.clone());
        let (serving, problem) = match before {
            Some(before) if before.fitted_to == held.text => (Some(before), None),
            before => match self.fit_whole(fitted, scope, &held.text, &settings).await {
                Ok(serving) => (Some(serving), None),
                Err(failure) => {
                    let provider = &settings.provider.id;
                    tracing::error!(%provider, revision = held.revision, %failure, "an adapter cannot be fitted");
                    (before, Some(failure.to_string()))
                }
            },
        };
        if let Some(serving) = &serving {
            serving.billing.pause(!(held.is_enabled && held.is_shown));
        }
        let file = self.file_of(&settings.provider.id);
        Standing { held, settings, serving, problem, file }
    }

    /// What the settings file says of a provider that this hub was started with.
    fn file_of(&self, provider: &ProviderId) -> Option<SettingsText> {
        let is_of = |text: &&SettingsText| match self.0.ports.workshop.read(text) {
            Ok(Settled::Provider(settings)) => settings.provider.id == *provider,
            _ => false,
        };
        self.0.files.iter().find(is_of).cloned()
    }

    async fn fit_whole(
        &self,
        fitted: Option<&Fitted>,
        scope: &SystemScope,
        text: &SettingsText,
        settings: &ProviderSettings,
    ) -> Result<Serving, Failure> {
        let billing = self.fit_unless(fitted, scope, text, settings).await?;
        let gateways = self.0.ports.workshop.gateways(text).map_err(FitError::Settings)?;
        let line = self.0.ports.workshop.line(text).map_err(FitError::Settings)?.map(Arc::new);
        Ok(Serving { provider: settings.provider.clone(), billing, gateways, line, fitted_to: text.clone() })
    }

    async fn fit_unless(
        &self,
        fitted: Option<&Fitted>,
        scope: &SystemScope,
        text: &SettingsText,
        settings: &ProviderSettings,
    ) -> Result<Arc<dyn BillingSystem>, Failure> {
        if let Some(fitted) = fitted.filter(|fitted| fitted.text == *text) {
            return Ok(fitted.billing.clone());
        }
        let found = self.find(scope, &settings.adapter, settings.component).await?;
        Ok(self.0.ports.workshop.fit(text, &found.file, settings.component).await?)
    }

    /// The files, overruled by what was applied.
    fn texts(&self, applied: Vec<Applied>) -> Result<Texts, BeginError> {
        let mut texts = self.read_files()?;
        for applied in applied {
            let text = SettingsText { text: applied.text.clone(), origin: Origin::Applied };
            match (self.0.ports.workshop.read(&text), &applied.subject) {
                (Ok(Settled::Provider(settings)), Subject::Provider(id)) if settings.provider.id == *id => {
                    texts.providers.insert(id.clone(), (applied.into(), settings));
                }
                (Ok(Settled::Portals(settings)), Subject::Portals(tenant)) if settings.tenant == *tenant => {
                    texts.portals.insert(tenant.clone(), settings.portals);
                    texts.applied_portals.insert(tenant.clone(), applied);
                }
                (read, subject) => {
                    tracing::error!(?subject, revision = applied.revision, problems = ?read.err(), "settings that were applied cannot be read by this release");
                    texts.providers.retain(|id, _| *subject != Subject::Provider(id.clone()));
                    texts.unreadable.insert(applied.subject);
                }
            }
        }
        Ok(texts)
    }

    fn read_files(&self) -> Result<Texts, BeginError> {
        let mut texts = Texts::default();
        for text in &self.0.files {
            let read = self.0.ports.workshop.read(text).map_err(|problems| BeginError::Settings {
                path: path(text),
                problem: problems.into_iter().next().unwrap_or_else(|| SettingsProblem::new("", "cannot be read")),
            })?;
            match read {
                Settled::Provider(settings) => {
                    let id = settings.provider.id.clone();
                    if texts.providers.insert(id.clone(), (text.clone().into(), settings)).is_some() {
                        return Err(DirectoryError::ProviderTwice(id).into());
                    }
                }
                Settled::Portals(settings) => {
                    texts.portals.entry(settings.tenant).or_default().extend(settings.portals);
                }
            }
        }
        Ok(texts)
    }

    /// Names the files that do not hold, since whoever edits one wonders why nothing happens.
    fn tell_overruled_files(&self) {
        let view = self.view();
        for text in &self.0.files {
            let overruled = match self.0.ports.workshop.read(text) {
                Ok(Settled::Provider(settings)) => {
                    view.standings.get(&settings.provider.id).is_some_and(Standing::has_drifted)
                }
                Ok(Settled::Portals(settings)) => {
                    view.applied_portals.get(&settings.tenant).is_some_and(|applied| applied.text != text.text)
                }
                Err(_) => false,
            };
            if overruled {
                let path = path(text);
                tracing::warn!(path = %path.display(), "this file is not what holds: an operator applied other settings; `komunala apply` brings it in");
            }
        }
    }
}

/// The providers that an operator disabled: portals do not show them.
fn hidden(standings: &BTreeMap<ProviderId, Standing>) -> BTreeSet<ProviderId> {
    standings.iter().filter(|(_, standing)| !standing.held.is_shown).map(|(id, _)| id.clone()).collect()
}

fn path(text: &SettingsText) -> PathBuf {
    match &text.origin {
        Origin::File(path) => path.clone(),
        Origin::Applied => PathBuf::new(),
    }
}

fn owned<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}

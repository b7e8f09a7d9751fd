//! The workshop of a hub: settings are read here, and adapters fitted to what they say.

mod component;
mod pin;
mod refusal;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use komunala_app::ports::{
    BillingSystem, Call, Clock, Gateway, Turns, Workshop,
    components::{About, ComponentFile},
    workshop::{FitError, Origin, ProviderSettings, SettingsProblem, SettingsText, Settled},
};
use komunala_app::sms::TextLine;
use komunala_domain::{CapabilitySet, Sha256};
use komunala_payments::Exchange;
use komunala_sandbox::{
    Adapter, AdapterError, AdapterSettings, CacheError, CodeCache, Engine, EngineError, EngineSettings, Manifest,
    Secrets,
};

use crate::{
    Configuration,
    settings::{Paths, PaymentChannelSettings, ProviderFile, Read},
};

/// How long a component may take to be instantiated. Python's take a millisecond.
const START: Duration = Duration::from_secs(5);

/// Why no adapter can be fitted on this machine.
#[derive(Debug, thiserror::Error)]
pub enum WorkshopError {
    /// The sandbox cannot be set up.
    #[error("the sandbox cannot be set up: {0}")]
    Engine(#[from] EngineError),
    /// The cache of compiled code cannot be used.
    #[error("adapters.cache: {0}")]
    Cache(#[from] CacheError),
}

/// Where adapters are fitted. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AdapterWorkshop(Arc<Tools>);

struct Tools {
    engine: Engine,
    cache: CodeCache,
    adapters: PathBuf,
    /// Of what operators apply.
    paths: Paths,
    turns: Arc<dyn Turns>,
    clock: Arc<dyn Clock>,
    /// Where payment providers are asked.
    exchange: Exchange,
    /// Where texts are handed over.
    texts: komunala_sms::Exchange,
}

impl AdapterWorkshop {
    /// With the configuration's folders; adapters take `turns` with those of other hubs.
    pub(crate) fn new(
        configuration: &Configuration,
        turns: Arc<dyn Turns>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WorkshopError> {
        let roots = configuration.operator.paths.iter().map(|path| configuration.path(path)).collect();
        Ok(Self(Arc::new(Tools {
            engine: Engine::new(EngineSettings::default())?,
            cache: CodeCache::open(configuration.path(&configuration.adapters.cache))?,
            adapters: configuration.path(&configuration.adapters.dir),
            paths: Paths::within(roots),
            turns,
            clock,
            exchange: Exchange::new(),
            texts: komunala_sms::Exchange::new(),
        })))
    }

    fn parse(&self, text: &SettingsText) -> Result<Read, Vec<SettingsProblem>> {
        match &text.origin {
            Origin::File(path) => Read::parse(&text.text, &Paths::of_file(path)),
            Origin::Applied => Read::parse(&text.text, &self.0.paths),
        }
    }

    /// Does what takes a core for a while: compiling.
    async fn compile(
        &self,
        load: impl FnOnce(&Engine, &CodeCache) -> Result<Adapter, AdapterError> + Send + 'static,
    ) -> Result<Adapter, FitError> {
        let tools = Arc::clone(&self.0);
        let loaded = tokio::task::spawn_blocking(move || load(&tools.engine, &tools.cache)).await;
        loaded.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic())).map_err(refusal::of_adapter)
    }

    /// A provider's settings as they stand, and what the use cases make of them.
    fn provider(&self, text: &SettingsText) -> Result<(Box<ProviderFile>, ProviderSettings), FitError> {
        let read = self.parse(text).map_err(refusal::of_settings)?;
        match (read.settled().map_err(refusal::of_settings)?, read) {
            (Settled::Provider(settled), Read::Provider(file)) => Ok((file, settled)),
            _ => Err(FitError::Settings(SettingsProblem::new("provider", "these are the settings of portals"))),
        }
    }
}

#[async_trait]
impl Workshop for AdapterWorkshop {
    fn read(&self, text: &SettingsText) -> Result<Settled, Vec<SettingsProblem>> {
        self.parse(text)?.settled()
    }

    fn pin(&self, text: &str, component: Sha256) -> Result<String, SettingsProblem> {
        pin::pinned(text, component)
    }

    fn about(&self, manifest: &str) -> Result<About, String> {
        component::about(manifest)
    }

    async fn local(&self, name: &str) -> Result<Option<ComponentFile>, String> {
        component::read(self.0.adapters.join(name)).await
    }

    async fn try_out(&self, component: &ComponentFile, digest: Sha256) -> Result<CapabilitySet, FitError> {
        let manifest = manifest(component)?;
        let bytes = component.bytes.clone();
        let adapter =
            self.compile(move |engine, cache| Adapter::load_for_nobody(engine, &bytes, digest, Some(cache), manifest));
        let adapter = adapter.await?;
        adapter.start(Call::within(START)).await.map_err(FitError::Start)?;
        Ok(adapter.capabilities())
    }

    async fn fit(
        &self,
        settings: &SettingsText,
        component: &ComponentFile,
        digest: Sha256,
    ) -> Result<Arc<dyn BillingSystem>, FitError> {
        let (file, settled) = self.provider(settings)?;
        let settings = AdapterSettings {
            provider: settled.provider.id.clone(),
            currency: settled.provider.currency,
            time_zone: settled.provider.time_zone.clone(),
            manifest: manifest(component)?,
            secrets: secrets(&file).map_err(FitError::Settings)?,
            policy: file.policy,
        };
        let bytes = component.bytes.clone();
        let adapter = self.compile(move |engine, cache| Adapter::load(engine, &bytes, digest, Some(cache), &settings));
        let adapter = adapter.await?;
        let adapter = adapter
            .maintained(file.provider.maintenance, Arc::clone(&self.0.clock))
            .taking_turns(Arc::clone(&self.0.turns));
        adapter.start(Call::within(START)).await.map_err(FitError::Start)?;
        Ok(Arc::new(adapter))
    }

    fn gateways(&self, settings: &SettingsText) -> Result<Vec<Arc<dyn Gateway>>, SettingsProblem> {
        match self.parse(settings).map_err(first)? {
            Read::Provider(file) => {
                PaymentChannelSettings::gateways(&file.provider.payment_channels, &file.secrets, &self.0.exchange)
            }
            Read::Portals(_) => Ok(Vec::new()),
        }
    }

    fn line(&self, settings: &SettingsText) -> Result<Option<TextLine>, SettingsProblem> {
        match self.parse(settings).map_err(first)? {
            Read::Provider(file) => {
                let sms = file.provider.sms.as_ref();
                sms.map(|sms| sms.line(&file.secrets, &self.0.texts)).transpose()
            }
            Read::Portals(_) => Ok(None),
        }
    }
}

fn first(problems: Vec<SettingsProblem>) -> SettingsProblem {
    problems.into_iter().next().unwrap_or_else(|| SettingsProblem::new("provider", "cannot be read"))
}

fn manifest(component: &ComponentFile) -> Result<Manifest, FitError> {
    component.manifest.parse().map_err(|error| FitError::Component(format!("adapter.toml: {error}")))
}

fn secrets(file: &ProviderFile) -> Result<Secrets, SettingsProblem> {
    // what payment providers and gateways are shown is none of the adapter's business
    let is_of_shop = |name: &str| {
        file.provider.payment_channels.iter().any(|channel| channel.secret == name)
            || file.provider.sms.as_ref().is_some_and(|sms| sms.names(name))
    };
    let read = file.secrets.iter().filter(|(name, _)| !is_of_shop(name)).map(|(name, source)| {
        match source.read(Path::new("")) {
            Ok(secret) => Ok((name.clone(), secret)),
            Err(error) => Err(SettingsProblem::new(format!("secrets.{name}"), error.to_string())),
        }
    });
    read.collect()
}

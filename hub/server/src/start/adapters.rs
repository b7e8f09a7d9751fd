//! Loading the adapters that the settings files name.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use komunala_app::ports::{BillingSystem, SystemClock, Turns};
use komunala_domain::ProviderId;
use komunala_sandbox::{
    Adapter, AdapterError, AdapterSettings, CacheError, CodeCache, Engine, EngineError, EngineSettings, Manifest,
    ManifestError, Secrets,
};

use super::adapter_folder;
use crate::{
    Configuration,
    secret::SecretError,
    settings::{ProviderFile, Settings, SettingsError},
};

/// Why an adapter cannot be used. Every message names the provider or the file.
#[derive(Debug, thiserror::Error)]
pub enum AdaptersError {
    /// The sandbox cannot be set up on this machine.
    #[error("the sandbox cannot be set up: {0}")]
    Engine(#[from] EngineError),
    /// The cache of compiled code cannot be used.
    #[error("adapters.cache: {0}")]
    Cache(#[from] CacheError),
    /// A file of the adapter cannot be read.
    #[error("{path}: {cause}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// The adapter's manifest is wrong.
    #[error("{path}: {cause}", path = .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: ManifestError,
    },
    /// A secret that the provider's settings name is missing.
    #[error("{path}: {cause}", path = .path.display())]
    Secret {
        /// The settings file.
        path: PathBuf,
        /// What is missing.
        cause: SecretError,
    },
    /// A value of the settings file is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The component or its grant was refused.
    #[error("the adapter of {provider} cannot be used: {cause}")]
    Refused {
        /// The provider.
        provider: ProviderId,
        /// Why.
        cause: AdapterError,
    },
}

/// The adapters that are loaded.
#[derive(Clone, Default)]
pub(crate) struct Adapters(HashMap<ProviderId, Arc<Adapter>>);

impl Adapters {
    /// Each provider's billing system.
    pub(crate) fn billing_systems(&self) -> HashMap<ProviderId, Arc<dyn BillingSystem>> {
        self.0.iter().map(|(id, adapter)| (id.clone(), adapter.clone() as Arc<dyn BillingSystem>)).collect()
    }

    /// The adapters by provider.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ProviderId, &Arc<Adapter>)> {
        self.0.iter()
    }
}

/// Loads every adapter; compiles those whose code is not in the cache. With `turns` they take turns with the adapters of
/// other hubs.
pub(crate) async fn load(
    configuration: &Configuration,
    settings: &Settings,
    turns: Option<Arc<dyn Turns>>,
) -> Result<Adapters, AdaptersError> {
    let (configuration, settings) = (configuration.clone(), settings.clone());
    // compiling takes its time on a core
    let loaded = tokio::task::spawn_blocking(move || load_all(&configuration, &settings, turns.as_ref())).await;
    loaded.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

fn load_all(
    configuration: &Configuration,
    settings: &Settings,
    turns: Option<&Arc<dyn Turns>>,
) -> Result<Adapters, AdaptersError> {
    let engine = Engine::new(EngineSettings::default())?;
    let cache = CodeCache::open(configuration.path(&configuration.adapters.cache))?;
    let mut adapters = HashMap::new();
    for file in &settings.providers {
        let mut adapter = load_one(configuration, &engine, &cache, file)?
            .maintained(file.provider.maintenance.clone(), Arc::new(SystemClock));
        if let Some(turns) = turns {
            adapter = adapter.taking_turns(Arc::clone(turns));
        }
        adapters.insert(file.provider.id.clone(), Arc::new(adapter));
    }
    Ok(Adapters(adapters))
}

fn load_one(
    configuration: &Configuration,
    engine: &Engine,
    cache: &CodeCache,
    file: &ProviderFile,
) -> Result<Adapter, AdaptersError> {
    let folder = adapter_folder(configuration, &file.adapter.name);
    let bytes = read(&folder.join("adapter.wasm"), |path| fs::read(path))?;
    let manifest_path = folder.join("adapter.toml");
    let manifest: Manifest = read(&manifest_path, |path| fs::read_to_string(path))?
        .parse()
        .map_err(|cause| AdaptersError::Manifest { path: manifest_path, cause })?;
    let provider = file.provider()?;
    let settings = AdapterSettings {
        provider: provider.id.clone(),
        currency: provider.currency,
        time_zone: provider.time_zone,
        manifest,
        policy: file.policy.clone(),
        secrets: secrets(file)?,
    };
    Adapter::load(engine, &bytes, file.adapter.sha256.0, Some(cache), &settings)
        .map_err(|cause| AdaptersError::Refused { provider: provider.id, cause })
}

fn secrets(file: &ProviderFile) -> Result<Secrets, AdaptersError> {
    let base = file.path.parent().unwrap_or(Path::new("."));
    let read = file.secrets.iter().map(|(name, source)| Ok((name.clone(), source.read(base)?)));
    read.collect::<Result<_, _>>().map_err(|cause| AdaptersError::Secret { path: file.path.clone(), cause })
}

fn read<T>(path: &Path, how: impl Fn(&Path) -> std::io::Result<T>) -> Result<T, AdaptersError> {
    how(path).map_err(|cause| AdaptersError::File { path: path.to_owned(), cause })
}

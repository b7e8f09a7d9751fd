//! Where operators work: a region, hubs that are started again, and components to install.

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context, bail};
use bytes::Bytes;
use komunala_app::ports::Clock;
use komunala_demo::{Customer, Region, WorldSettings};
use komunala_grpc::{
    client::{ClientError, Component, OperatorClient},
    proto::v1::{GetProviderRequest, Provider},
};
use komunala_server::{Configuration, Running};
use komunala_tests::{Database, worlds};
use tempfile::TempDir;

pub(crate) const PROVIDER: &str = "providers/gas-ruma";
pub(crate) const ADAPTER: &str = "providers/gas-ruma/adapter";

/// A region and the files of its hub.
pub(crate) struct Office {
    pub(crate) region: Region,
    pub(crate) configuration: PathBuf,
    settings: WorldSettings,
    _dir: TempDir,
}

impl Office {
    pub(crate) async fn open(database: Database, configuration: &str) -> anyhow::Result<Self> {
        Self::of(database, configuration, "").await
    }

    /// One whose provider wants something otherwise: `changes` are of the settings files, by their names.
    pub(crate) async fn of(database: Database, configuration: &str, changes: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let settings = worlds::settings(&dir, database.create().await?, configuration.parse()?);
        let settings = WorldSettings { changes: changes.parse()?, ..settings };
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        Ok(Self { region, configuration, settings, _dir: dir })
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.settings.dir.join(path)
    }

    /// A hub, on any ports.
    pub(crate) async fn hub(&self) -> anyhow::Result<Running> {
        Ok(komunala_server::start(Configuration::read(&self.configuration)?).await?)
    }

    /// A hub that takes the time from a clock.
    pub(crate) async fn hub_at(&self, clock: Arc<dyn Clock>) -> anyhow::Result<Running> {
        // all that is done once would otherwise lie in the future of whoever starts a hub
        Ok(Box::pin(komunala_server::start_at(Configuration::read(&self.configuration)?, clock)).await?)
    }

    pub(crate) fn token(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path("operator.token"))?.trim_end().to_owned())
    }

    pub(crate) async fn operator(&self, hub: &Running) -> anyhow::Result<OperatorClient> {
        let address = hub.operator.context("no listener for operators")?.to_string();
        Ok(OperatorClient::connect(&address, &self.token()?, None).await?)
    }

    /// The text of the provider's settings file.
    pub(crate) fn provider_settings(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path("settings/gas-ruma.toml"))?)
    }

    /// The provider as a portal sees it.
    pub(crate) async fn seen(&self, hub: &Running) -> anyhow::Result<Provider> {
        let portal = Customer::open(hub.api, &self.region.portal_key).await?;
        let name = PROVIDER.to_owned();
        Ok(portal.providers().get_provider(GetProviderRequest { name }).await?.into_inner())
    }
}

/// The adapter of `name` as it was built; with `version` above 0 another component that does the same.
pub(crate) fn component(name: &str, version: u8) -> anyhow::Result<Component> {
    let mut bytes = fs::read(komunala_components::component(name))?;
    if version > 0 {
        // a custom section: its length, the length of its name, its name
        bytes.extend([0, 3, 1, b'v', version]);
    }
    let manifest = fs::read_to_string(komunala_components::manifest(name))?;
    Ok(Component { sha256: digest(&bytes), bytes: Bytes::from(bytes), manifest, ..Component::default() })
}

/// The same, for the provider.
pub(crate) fn for_provider(name: &str, version: u8) -> anyhow::Result<Component> {
    Ok(Component { provider: PROVIDER.to_owned(), ..component(name, version)? })
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// Why the hub refused, which it must have.
pub(crate) fn reason<T>(answer: Result<T, ClientError>) -> anyhow::Result<String> {
    match answer {
        Err(ClientError::Refused(refusal)) => Ok(refusal.reason),
        Err(error) => Err(error.into()),
        Ok(_) => bail!("the hub did it"),
    }
}

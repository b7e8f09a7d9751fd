//! Where operators work: a region, hubs that are started again, and components to install.

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use bytes::Bytes;
use komunala_demo::{Customer, Region, WorldSettings};
use komunala_grpc::{
    client::{ClientError, Component, OperatorClient},
    proto::v1::{GetProviderRequest, Provider},
};
use komunala_server::{Configuration, Running};
use komunala_tests::{Database, worlds};
use tempfile::TempDir;

pub(super) const PROVIDER: &str = "providers/gas-ruma";
pub(super) const ADAPTER: &str = "providers/gas-ruma/adapter";

/// A region and the files of its hub.
pub(super) struct Office {
    pub(super) region: Region,
    pub(super) configuration: PathBuf,
    settings: WorldSettings,
    _dir: TempDir,
}

impl Office {
    pub(super) async fn open(database: Database, configuration: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let settings = worlds::settings(&dir, database.create().await?, configuration.parse()?);
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        Ok(Self { region, configuration, settings, _dir: dir })
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.settings.dir.join(path)
    }

    /// A hub, on any ports.
    pub(super) async fn hub(&self) -> anyhow::Result<Running> {
        Ok(komunala_server::start(Configuration::read(&self.configuration)?).await?)
    }

    pub(super) fn token(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path("operator.token"))?.trim_end().to_owned())
    }

    pub(super) async fn operator(&self, hub: &Running) -> anyhow::Result<OperatorClient> {
        let address = hub.operator.context("no listener for operators")?.to_string();
        Ok(OperatorClient::connect(&address, &self.token()?, None).await?)
    }

    /// The text of the provider's settings file.
    pub(super) fn provider_settings(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.path("settings/gas-ruma.toml"))?)
    }

    /// The provider as a portal sees it.
    pub(super) async fn seen(&self, hub: &Running) -> anyhow::Result<Provider> {
        let portal = Customer::open(hub.api, &self.region.portal_key).await?;
        let name = PROVIDER.to_owned();
        Ok(portal.providers().get_provider(GetProviderRequest { name }).await?.into_inner())
    }
}

/// The adapter of `name` as it was built; with `version` above 0 another component that does the same.
pub(super) fn component(name: &str, version: u8) -> anyhow::Result<Component> {
    let mut bytes = fs::read(komunala_components::component(name))?;
    if version > 0 {
        // a custom section: its length, the length of its name, its name
        bytes.extend([0, 3, 1, b'v', version]);
    }
    let manifest = fs::read_to_string(komunala_components::manifest(name))?;
    Ok(Component { sha256: digest(&bytes), bytes: Bytes::from(bytes), manifest, ..Component::default() })
}

/// The same, for the provider.
pub(super) fn for_provider(name: &str, version: u8) -> anyhow::Result<Component> {
    Ok(Component { provider: PROVIDER.to_owned(), ..component(name, version)? })
}

pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// Why the hub refused, which it must have.
pub(super) fn reason<T>(answer: Result<T, ClientError>) -> anyhow::Result<String> {
    match answer {
        Err(ClientError::Refused(refusal)) => Ok(refusal.reason),
        Err(error) => Err(error.into()),
        Ok(_) => bail!("the hub did it"),
    }
}

//! A world: a region, and a hub that is configured for it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use komunala_server::{Configuration, Running};
use toml::Table;

use crate::{Region, providers};

/// Where the hub listens if it can: the address of the README's examples.
const API: &str = "127.0.0.1:50051";

/// What a world is made of.
#[derive(Debug, Clone)]
pub struct WorldSettings {
    /// Where everything is kept.
    pub dir: PathBuf,
    /// The ids of the providers that are in it.
    pub providers: Vec<&'static str>,
    /// How many customers each provider has.
    pub customers: u32,
    /// The database; SQLite in `dir` by default.
    pub database_url: Option<String>,
    /// Where the hub listens; any free port where this one is taken.
    pub api: SocketAddr,
    /// What stands in the hub's configuration beside what the world needs.
    pub configuration: Table,
    /// In what the providers' settings files differ from the examples, by the provider's id.
    pub changes: Table,
}

impl WorldSettings {
    /// A world of every provider with 1,000 customers each, on SQLite.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            providers: providers::ALL.iter().map(|(id, _)| *id).collect(),
            customers: 1_000,
            database_url: None,
            api: API.parse().expect("an address"),
            configuration: Table::new(),
            changes: Table::new(),
        }
    }
}

/// A running world.
pub struct World {
    /// Where the hub listens.
    pub api: SocketAddr,
    /// What is around the hub.
    pub region: Region,
    dir: PathBuf,
    hub: Running,
}

impl World {
    /// Starts everything.
    pub async fn start(mut settings: WorldSettings) -> anyhow::Result<Self> {
        // whoever reads the report may be elsewhere
        settings.dir = std::path::absolute(&settings.dir)?;
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        let hub = komunala_server::start(Configuration::read(&configuration)?).await?;
        Ok(Self { api: hub.api, region, dir: settings.dir, hub })
    }

    /// The folder of the hub, with its configuration, its settings files and its adapters.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where mails arrive, one `.eml` each.
    pub fn mail_dir(&self) -> PathBuf {
        self.dir.join("mail")
    }

    /// Where the report lies while the world is up.
    pub fn report_file(&self) -> PathBuf {
        self.dir.join("demo.json")
    }

    /// Stops the hub, then what is behind it.
    pub async fn stop(self) {
        self.hub.stop().await;
    }
}

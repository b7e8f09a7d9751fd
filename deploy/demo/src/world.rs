//! A world: a region, and a hub that is configured for it.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use komunala_server::{Configuration, Running};
use toml::Table;

use crate::{Region, dkim, providers};

/// Where the hub listens if it can: the addresses of the README's examples.
const API: &str = "127.0.0.1:50051";
const OPERATOR: &str = "127.0.0.1:50052";
const PAGES: &str = "127.0.0.1:8080";

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
    /// Where operators call it; likewise.
    pub operator: SocketAddr,
    /// Where its pages are; likewise.
    pub pages: SocketAddr,
    /// What stands in the hub's configuration beside what the world needs.
    pub configuration: Table,
    /// In what the providers' settings files differ from the examples, by the provider's id.
    pub changes: Table,
    /// Where components lie, `NAME/adapter.wasm` beside `NAME/adapter.toml`; none for those that were just built.
    pub adapters: Option<PathBuf>,
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
            operator: OPERATOR.parse().expect("an address"),
            pages: PAGES.parse().expect("an address"),
            configuration: Table::new(),
            changes: Table::new(),
            adapters: None,
        }
    }
}

/// A running world.
pub struct World {
    /// Where the hub listens.
    pub api: SocketAddr,
    /// Where operators call it.
    pub operator: SocketAddr,
    /// Where its pages are.
    pub pages: SocketAddr,
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
        dkim::sign(&mut settings)?;
        let configuration = region.configure(&settings)?;
        let hub = komunala_server::start(Configuration::read(&configuration)?).await?;
        let operator = hub.operator.context("the hub has no listener for operators")?;
        let pages = hub.pages.context("the hub has no pages")?;
        let world = Self { api: hub.api, operator, pages, region, dir: settings.dir, hub };
        for provider in &world.region.providers {
            provider.ready(&world).await.with_context(|| provider.id())?;
        }
        Ok(world)
    }

    /// What operators show.
    pub fn operator_token(&self) -> anyhow::Result<String> {
        let path = self.dir.join("operator.token");
        let token = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(token.trim_end().to_owned())
    }

    /// The hub itself.
    pub fn hub(&self) -> &Running {
        &self.hub
    }

    /// The folder of the hub, with its configuration, its settings files and its adapters.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where mails arrive, one `.eml` each.
    pub fn mail_dir(&self) -> PathBuf {
        self.dir.join("mail")
    }

    /// Where short messages arrive, one `.json` each.
    pub fn sms_dir(&self) -> PathBuf {
        self.dir.join("sms")
    }

    /// Where the report lies while the world is up.
    pub fn report_file(&self) -> PathBuf {
        self.dir.join("demo.json")
    }

    /// Stops the hub, then what is behind it. A world is large, so what stops it lies on the heap.
    pub fn stop(self) -> impl Future<Output = ()> + Send {
        Box::pin(async move { self.hub.stop().await })
    }
}

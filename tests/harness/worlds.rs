//! Worlds for tests: a folder of their own, a database of their own, any free port.

use std::ops::Deref;

use komunala_demo::{World, WorldSettings};
use tempfile::TempDir;
use toml::{Table, Value};

/// Which database a world stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A database of the cluster that the test process shares.
    PostgreSql,
}

impl Database {
    /// The address of a new database; `None` leaves it to the world.
    pub async fn create(self) -> anyhow::Result<Option<String>> {
        Ok(match self {
            Self::Sqlite => None,
            Self::PostgreSql => Some(komunala_test_postgres::empty_database().await?),
        })
    }
}

/// A running world that takes its folder along when it goes.
pub struct TestWorld {
    world: World,
    _dir: TempDir,
}

impl Deref for TestWorld {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl TestWorld {
    /// A world with one gas utility, which is enough for nearly everything.
    pub async fn start(database: Database) -> anyhow::Result<Self> {
        Self::configured(database, "").await
    }

    /// A world of these providers.
    pub async fn of(database: Database, providers: &[&'static str], configuration: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let settings = settings(&dir, database.create().await?, configuration.parse()?);
        Self::in_folder(dir, WorldSettings { providers: providers.to_vec(), ..settings }).await
    }

    /// A world of these settings in `dir`.
    pub async fn in_folder(dir: TempDir, settings: WorldSettings) -> anyhow::Result<Self> {
        Ok(Self { world: World::start(settings).await?, _dir: dir })
    }

    /// A world of every provider there is, as the demo has it.
    pub async fn of_all(database: Database) -> anyhow::Result<Self> {
        let ids: Vec<_> = komunala_demo::providers::ALL.iter().map(|(id, _)| *id).collect();
        Self::of(database, &ids, "").await
    }

    /// A world with something in its hub's configuration.
    pub async fn configured(database: Database, configuration: &str) -> anyhow::Result<Self> {
        Self::of(database, &["gas-ruma"], configuration).await
    }

    /// Stops the hub and throws everything away.
    pub async fn stop(self) {
        self.world.stop().await;
    }
}

/// Where the hubs of all tests keep compiled code. Compiling is most of what a hub takes of a processor until it is
/// ready, and a component compiles to the same every time.
const COMPILED_CODE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tmp/compiled-code");

/// A world in `dir` with one gas utility, few customers and ports of its own.
pub fn settings(dir: &TempDir, database_url: Option<String>, mut configuration: Table) -> WorldSettings {
    if let Value::Table(adapters) = configuration.entry("adapters").or_insert_with(|| Table::new().into()) {
        adapters.entry("cache").or_insert_with(|| COMPILED_CODE.into());
    }
    WorldSettings {
        providers: vec!["gas-ruma"],
        customers: 300,
        database_url,
        api: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        operator: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        pages: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        configuration,
        ..WorldSettings::new(dir.path().join("world"))
    }
}

/// Where the hub of a world keeps its rows, for a test that looks at them itself.
pub fn database_url(settings: &WorldSettings) -> String {
    match &settings.database_url {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", settings.dir.join("komunala.db").display()),
    }
}

//! A region: billing systems, a mail server, and a hub that is configured for them.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use komunala_server::{Configuration, Running};
use komunala_simulators::gas::GasSimulator;
use komunala_sink::SmtpSink;
use toml::{Table, Value};

/// Where the hub listens if it can: the addresses of the README's examples.
const API: &str = "127.0.0.1:50051";
const OPERATOR: &str = "127.0.0.1:50052";
const ANY: &str = "127.0.0.1:0";

/// What a world is made of.
#[derive(Debug, Clone)]
pub struct WorldSettings {
    /// Where everything is kept.
    pub dir: PathBuf,
    /// How many customers each provider has.
    pub customers: u32,
    /// The database; SQLite in `dir` by default.
    pub database_url: Option<String>,
    /// Where the hub listens; any free port where this one is taken.
    pub api: SocketAddr,
    /// Where operators call it; likewise.
    pub operator: SocketAddr,
    /// What stands in the hub's configuration beside what the world needs.
    pub configuration: Table,
}

impl WorldSettings {
    /// A world of 1,000 customers on SQLite.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            customers: 1_000,
            database_url: None,
            api: API.parse().expect("an address"),
            operator: OPERATOR.parse().expect("an address"),
            configuration: Table::new(),
        }
    }
}

/// A running world.
pub struct World {
    /// Where the hub listens.
    pub api: SocketAddr,
    /// Where operators call it.
    pub operator: SocketAddr,
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
        let operator = hub.operator.context("the hub has no listener for operators")?;
        Ok(Self { api: hub.api, operator, region, dir: settings.dir, hub })
    }

    /// What operators show.
    pub fn operator_token(&self) -> anyhow::Result<String> {
        let path = self.dir.join("operator.token");
        let token = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(token.trim_end().to_owned())
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

/// What is around a hub: the billing systems and the mail server, and the settings that lead to them.
pub struct Region {
    /// The gas utility's billing system.
    pub gas: GasSimulator,
    /// The mail server.
    pub sink: SmtpSink,
    /// The key of the region's portal.
    pub portal_key: String,
}

impl Region {
    /// Starts billing systems and mail server in an empty folder.
    pub async fn start(settings: &WorldSettings) -> anyhow::Result<Self> {
        let dir = &settings.dir;
        if dir.exists() {
            fs::remove_dir_all(dir).with_context(|| format!("{} cannot be emptied", dir.display()))?;
        }
        fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
        let gas = GasSimulator::builder().customers(settings.customers).start(ANY).await?;
        let sink = SmtpSink::builder().folder(dir.join("mail")).start(ANY).await?;
        Ok(Self { gas, sink, portal_key: format!("kp_{}", random_hex()) })
    }

    /// Writes a hub's configuration and settings files for this world, and answers the configuration's path.
    pub fn configure(&self, settings: &WorldSettings) -> anyhow::Result<PathBuf> {
        let dir = std::path::absolute(&settings.dir)?;
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../settings");
        fs::create_dir_all(dir.join("settings/secrets"))?;
        fs::write(dir.join("root.key"), random_hex())?;
        fs::write(dir.join("settings/secrets/gas-ruma"), &self.gas.client().secret)?;

        let component = install_adapter(&dir, "gas")?;
        let mut gas = read_table(&files.join("gas-ruma.toml"))?;
        set(&mut gas, &["adapter", "sha256"], sha256_hex(&component));
        set(&mut gas, &["grant", "settings", "base_url"], self.gas.url());
        if let Some(credential) = gas["grant"].get_mut("credentials").and_then(|all| all.get_mut(0)) {
            credential["client_id"] = self.gas.client().id.clone().into();
        }
        write_table(&dir.join("settings/gas-ruma.toml"), &gas)?;

        let mut portals = read_table(&files.join("portals.toml"))?;
        let digest = sha256_hex(self.portal_key.as_bytes());
        if let Some(portal) = portals.get_mut("portals").and_then(|portals| portals.get_mut(0)) {
            portal["key_sha256"] = Value::Array(vec![digest.into()]);
        }
        write_table(&dir.join("settings/portals.toml"), &portals)?;

        let mut hub = settings.configuration.clone();
        set(&mut hub, &["api", "listen"], free_address(settings.api)?.to_string());
        set(&mut hub, &["operator", "listen"], free_address(settings.operator)?.to_string());
        set(&mut hub, &["operator", "reflection"], true);
        set(&mut hub, &["mail", "relay", "host"], "127.0.0.1".to_owned());
        set(&mut hub, &["mail", "relay", "port"], i64::from(self.sink.addr.port()));
        set(&mut hub, &["mail", "relay", "tls"], "off".to_owned());
        if let Some(url) = &settings.database_url {
            set(&mut hub, &["database", "url"], url.clone());
        }
        let path = dir.join("komunala.toml");
        write_table(&path, &hub)?;
        Ok(path)
    }
}

/// Puts a component and its manifest where the hub looks for them.
fn install_adapter(dir: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let folder = dir.join("adapters").join(name);
    fs::create_dir_all(&folder)?;
    let component = fs::read(komunala_components::component(name))?;
    fs::write(folder.join("adapter.wasm"), &component)?;
    fs::copy(komunala_components::manifest(name), folder.join("adapter.toml"))?;
    Ok(component)
}

/// The wished address if nobody listens there, any other port of the same host if somebody does.
fn free_address(wished: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(wished)
        .or_else(|_| std::net::TcpListener::bind(SocketAddr::new(wished.ip(), 0)))?;
    Ok(listener.local_addr()?)
}

fn read_table(path: &Path) -> anyhow::Result<Table> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.parse().with_context(|| path.display().to_string())
}

fn write_table(path: &Path, table: &Table) -> anyhow::Result<()> {
    fs::write(path, toml::to_string_pretty(table)?).with_context(|| path.display().to_string())
}

/// Sets a value deep in a table, making the tables on the way.
fn set(table: &mut Table, path: &[&str], value: impl Into<Value>) {
    let (last, way) = path.split_last().expect("a path has a last part");
    let mut here = table;
    for part in way {
        let next = here.entry(*part).or_insert_with(|| Value::Table(Table::new()));
        here = next.as_table_mut().expect("the way leads through tables");
    }
    here.insert((*last).to_owned(), value.into());
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn random_hex() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}

//! The adapter in its sandbox, and a hub that serves its customers beside those of a gas utility.

use std::{path::Path, sync::LazyLock, time::Duration};

use anyhow::Context;
use jiff::tz::TimeZone;
use komunala_app::ports::{BillingError, BillingSystem, Call};
use komunala_demo::{Customer, Newcomer, Region};
use komunala_domain::{CustomerNumber, ExternalId, Pin};
use komunala_grpc::proto::v1::{AcceptedDocument, Account, LinkAccountRequest};
use komunala_sandbox::{Adapter, AdapterSettings, CodeCache, Engine, EngineSettings, Policy, Secrets, pin};
use komunala_server::{Configuration, Running};
use komunala_simulators::{ElectricitySimulator, electricity::Payer};
use komunala_tests::{Database, worlds};
use sha2::Digest;
use tempfile::TempDir;
use toml::{Table, Value};

/// The provider's id.
pub(super) const PROVIDER: &str = "elektro-gorenjska";

/// Compiled once for all tests of this process.
static CACHE: LazyLock<(TempDir, CodeCache)> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    let cache = CodeCache::open(folder.path().join("code")).expect("a private folder");
    (folder, cache)
});

/// The settings file of the provider as it is delivered.
fn settings_file() -> anyhow::Result<Table> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/settings/elektro-gorenjska.toml");
    Ok(std::fs::read_to_string(file)?.parse()?)
}

fn component() -> anyhow::Result<(Vec<u8>, String)> {
    let bytes = std::fs::read(komunala_components::component("electricity"))?;
    let digest = hex::encode(sha2::Sha256::digest(&bytes));
    Ok((bytes, digest))
}

/// The adapter in its sandbox, asking the billing system at `url` for readings in a format.
pub(super) fn adapter(url: &str, token: &str, format: &str) -> anyhow::Result<Adapter> {
    let mut file = settings_file()?;
    let grant = file.get_mut("grant").and_then(Value::as_table_mut).context("no grant")?;
    let settings = grant.get_mut("settings").and_then(Value::as_table_mut).context("no settings")?;
    settings.insert("base_url".to_owned(), url.into());
    settings.insert("readings_format".to_owned(), format.into());
    // what is tested is the adapter: nobody may leave it alone because it failed as it was told to
    grant.insert("breaker".to_owned(), Value::Table("failures = 1000000".parse()?));
    let policy: Policy = grant.clone().try_into()?;
    let settings = AdapterSettings {
        provider: PROVIDER.parse()?,
        currency: "EUR".parse()?,
        time_zone: TimeZone::get("Europe/Ljubljana")?,
        manifest: std::fs::read_to_string(komunala_components::manifest("electricity"))?.parse()?,
        policy,
        secrets: Secrets::from_iter([("billing_token".to_owned(), token.to_owned().into())]),
    };
    let engine = Engine::new(EngineSettings::default())?;
    let (bytes, digest) = component()?;
    Ok(Adapter::load(&engine, &bytes, pin(&digest)?, Some(&CACHE.1), &settings)?)
}

/// The adapter against a simulator, asking for JSON.
pub(super) fn adapter_of(simulator: &ElectricitySimulator) -> anyhow::Result<Adapter> {
    adapter(&simulator.url(), simulator.token(), "application/json")
}

/// Time enough for any one call.
pub(super) fn call() -> Call {
    Call::within(Duration::from_secs(20))
}

/// The account of a payer, by the number of the first point and the PIN.
pub(super) async fn account_of(adapter: &Adapter, payer: Payer) -> anyhow::Result<ExternalId> {
    Ok(verify(adapter, &payer.number(), &payer.pin()).await?)
}

/// What a number and a PIN prove.
pub(super) async fn verify(adapter: &Adapter, number: &str, pin: &str) -> Result<ExternalId, BillingError> {
    let number = CustomerNumber::parse(number).expect("a test's number can be one");
    let pin = Pin::parse(pin).expect("a test's PIN can be one");
    adapter.verify(call(), &number, &pin).await
}

/// A hub with both utilities, and their billing systems.
pub(super) struct Hub {
    pub(super) simulator: ElectricitySimulator,
    pub(super) region: Region,
    pub(super) api: std::net::SocketAddr,
    running: Running,
    _dir: TempDir,
}

impl Hub {
    /// Starts everything; every read asks the billing system.
    pub(super) async fn start(database: Database, simulator: ElectricitySimulator) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let configuration = "[copies]\nfresh_for = \"1ms\"".parse()?;
        let settings = worlds::settings(&dir, database.create().await?, configuration);
        let region = Region::start(&settings).await?;
        let configuration = region.configure(&settings)?;
        add_electricity(&settings.dir, &simulator)?;
        let running = komunala_server::start(Configuration::read(&configuration)?).await?;
        Ok(Self { simulator, region, api: running.api, running, _dir: dir })
    }

    /// A customer of the gas utility who links an account of this one too.
    pub(super) async fn customer(&self, payer: Payer) -> anyhow::Result<(Customer, Account)> {
        let (customer, _) = Newcomer::at(&self.region, 0)?.settle(self.api, &self.region).await?;
        let accept = |document: &str| AcceptedDocument {
            document: document.into(),
            version: "2024-05".into(),
            ..Default::default()
        };
        let link = LinkAccountRequest {
            provider: PROVIDER.into(),
            customer_number: payer.number(),
            pin: payer.pin(),
            accepted_documents: vec![accept("terms"), accept("privacy")],
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let account = customer.accounts().link_account(link).await?.into_inner();
        Ok((customer, account))
    }

    pub(super) async fn stop(self) {
        self.running.stop().await;
    }
}

/// Puts the utility's files where the hub looks for them, in the tenant and the portal of the gas utility.
fn add_electricity(dir: &Path, simulator: &ElectricitySimulator) -> anyhow::Result<()> {
    let (bytes, digest) = component()?;
    let folder = dir.join("adapters/electricity");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("adapter.wasm"), bytes)?;
    std::fs::copy(komunala_components::manifest("electricity"), folder.join("adapter.toml"))?;
    std::fs::write(dir.join("settings/secrets/elektro-gorenjska"), simulator.token())?;

    let mut portals: Table = std::fs::read_to_string(dir.join("settings/portals.toml"))?.parse()?;
    let portal = portals.get_mut("portals").and_then(|portals| portals.get_mut(0)).context("no portal")?;
    let tenant = portal["tenant"].clone();
    let shown = portal["providers"].as_array_mut().context("no providers")?;
    if !shown.iter().any(|provider| provider.as_str() == Some(PROVIDER)) {
        shown.push(PROVIDER.into());
    }
    std::fs::write(dir.join("settings/portals.toml"), portals.to_string())?;

    let mut file = settings_file()?;
    // nobody writes to phones here
    file.get_mut("provider").and_then(Value::as_table_mut).context("no provider")?.remove("sms");
    let secrets = file.get_mut("secrets").and_then(Value::as_table_mut).context("no secrets")?;
    secrets.retain(|name, _| !name.starts_with("sms_"));
    file["provider"]["tenant"] = tenant;
    file["adapter"]["sha256"] = digest.into();
    file["grant"]["settings"]["base_url"] = simulator.url().into();
    std::fs::write(dir.join("settings/elektro-gorenjska.toml"), file.to_string())?;
    Ok(())
}

//! What is around a hub: the billing systems and the mail server, and the settings that lead to them.

use std::{
    any::Any,
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::Context;
use komunala_simulators::{PhoneGateway, gas::GasSimulator};
use komunala_sink::SmtpSink;
use toml::Value;

use crate::{
    GasRuma, Provider, SettingsFile, WorldSettings, providers,
    settings_file::{set, write_table},
};

/// By what providers sign in at the gateway for short messages.
const GATEWAY: (&str, &str) = ("komunala", "gateway-password");
/// By what the gateway proves itself.
const CALLBACKS: &str = "secret-of-the-gateway";

/// The billing systems, the mail server and the gateway.
pub struct Region {
    /// The utilities, in the order in which their stories are told.
    pub providers: Vec<Box<dyn Provider>>,
    /// The mail server.
    pub sink: SmtpSink,
    /// The gateway for short messages.
    pub phones: PhoneGateway,
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
        let mut started = Vec::new();
        for (id, start) in providers::ALL {
            if settings.providers.contains(&id) {
                started.push(start(settings).await.with_context(|| id)?);
            }
        }
        let sink = SmtpSink::builder().folder(dir.join("mail")).start("127.0.0.1:0").await?;
        let phones = PhoneGateway::start("127.0.0.1:0", GATEWAY, Some(dir.join("sms"))).await?;
        Ok(Self { providers: started, sink, phones, portal_key: format!("kp_{}", random_hex()) })
    }

    /// The provider of a type.
    pub fn provider<P: Provider>(&self) -> anyhow::Result<&P> {
        let found = self.providers.iter().find_map(|provider| (provider.as_ref() as &dyn Any).downcast_ref());
        found.with_context(|| format!("the world has no {}", std::any::type_name::<P>()))
    }

    /// The provider with an id.
    pub fn named(&self, id: &str) -> anyhow::Result<&dyn Provider> {
        let found = self.providers.iter().find(|provider| provider.id() == id);
        found.map(AsRef::as_ref).with_context(|| format!("the world has no {id}"))
    }

    /// The billing system of the gas utility, which nearly every test calls.
    ///
    /// # Panics
    ///
    /// In a world without it.
    pub fn gas(&self) -> &GasSimulator {
        &self.provider::<GasRuma>().expect("the world has a gas utility").billing
    }

    /// Leads a provider that writes to phones to the gateway of this world.
    fn connect_phones(&self, file: &mut SettingsFile) -> anyhow::Result<()> {
        if file.table.get("provider").and_then(|provider| provider.get("sms")).is_none() {
            return Ok(());
        }
        file.set(&["provider", "sms", "endpoint"], self.phones.endpoint());
        file.write_secret_for("-sms", GATEWAY.1)?;
        file.write_secret_for("-sms-callbacks", CALLBACKS)
    }

    /// Where the gateway hands on what phones send to a provider, with its secret in it.
    pub fn incoming_texts(&self, pages: SocketAddr, provider: &str) -> String {
        format!("http://{pages}/sms/{provider}/incoming?secret={CALLBACKS}")
    }

    /// Writes a hub's configuration and settings files for this world, and answers the configuration's path.
    pub fn configure(&self, settings: &WorldSettings) -> anyhow::Result<PathBuf> {
        let dir = std::path::absolute(&settings.dir)?;
        let folder = dir.join("settings");
        fs::create_dir_all(&folder)?;
        for secret in ["root.key", "master.key"] {
            fs::write(dir.join(secret), random_hex())?;
        }
        for provider in &self.providers {
            let mut file = SettingsFile::example(provider.id(), &folder)?;
            let adapter = file.table["adapter"]["name"].as_str().context("an adapter without a name")?.to_owned();
            let component = install_adapter(&dir, settings.adapters.as_deref(), &adapter)?;
            file.set(&["adapter", "sha256"], sha256_hex(&component));
            provider.connect(&mut file)?;
            self.connect_phones(&mut file)?;
            file.write_documents()?;
            if let Some(changes) = settings.changes.get(provider.id()).and_then(Value::as_table) {
                file.change(changes);
            }
            file.write()?;
        }

        let mut portals = SettingsFile::example("portals", &folder)?;
        let portal = portals.first(&["portals"])?;
        portal.insert("key_sha256".to_owned(), Value::Array(vec![sha256_hex(self.portal_key.as_bytes()).into()]));
        let shown = self.providers.iter().map(|provider| provider.id().into());
        portal.insert("providers".to_owned(), Value::Array(shown.collect()));
        if let Some(changes) = settings.changes.get("portals").and_then(Value::as_table) {
            portal.extend(changes.clone());
        }
        portals.write()?;

        let mut hub = settings.configuration.clone();
        for provider in &self.providers {
            provider.configure(&mut hub);
        }
        set(&mut hub, &["api", "listen"], available(settings.api).to_string());
        set(&mut hub, &["operator", "listen"], available(settings.operator).to_string());
        set(&mut hub, &["operator", "reflection"], true);
        set(&mut hub, &["pages", "enabled"], true);
        set(&mut hub, &["pages", "listen"], available(settings.pages).to_string());
        set(&mut hub, &["mail", "relay", "host"], "127.0.0.1");
        set(&mut hub, &["mail", "relay", "port"], i64::from(self.sink.addr.port()));
        set(&mut hub, &["mail", "relay", "tls"], "off");
        if let Some(url) = &settings.database_url {
            set(&mut hub, &["database", "url"], url.clone());
        }
        let path = dir.join("komunala.toml");
        write_table(&path, &hub)?;
        Ok(path)
    }
}

/// Puts a component and its manifest where the hub looks for them: those that lie in `from`, or were just built.
fn install_adapter(dir: &Path, from: Option<&Path>, name: &str) -> anyhow::Result<Vec<u8>> {
    let folder = dir.join("adapters").join(name);
    fs::create_dir_all(&folder)?;
    let (component, manifest) = match from.map(|from| from.join(name)) {
        Some(from) => (from.join("adapter.wasm"), from.join("adapter.toml")),
        None => (komunala_components::component(name).to_owned(), komunala_components::manifest(name).to_owned()),
    };
    let component = fs::read(&component).with_context(|| format!("{}", component.display()))?;
    fs::write(folder.join("adapter.wasm"), &component)?;
    fs::copy(manifest, folder.join("adapter.toml"))?;
    Ok(component)
}

/// The wished address; where somebody listens there already, any port of the same host, which the hub takes itself: one
/// that was found for it could be gone by then.
fn available(wished: SocketAddr) -> SocketAddr {
    match TcpListener::bind(wished) {
        Ok(_) => wished,
        Err(_) => SocketAddr::new(wished.ip(), 0),
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn random_hex() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}

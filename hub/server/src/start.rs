//! Putting a hub together, and taking it apart again.

pub(crate) mod access;
pub(crate) mod listener;
mod operators;
mod pages;
mod returned;

use std::{net::SocketAddr, sync::Arc};

use komunala_app::{
    Freshness, Hub, Operations, Ports,
    credentials::{RootSecret, keys::RootSecretTooShort},
    operator::{BeginError, OperatorPorts, OperatorSettings},
    ports::{Clock, StoreError, SystemClock},
};
use komunala_delivery::Desk;
use komunala_domain::Channel;
use komunala_inspection::Inspector;
use komunala_rendering::{PdfSheets, QrImages, TemplateLetters, UsageWriter};
use komunala_store::{ConnectError, KeySettings, Store, StoreSettings};
use secrecy::ExposeSecret;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Configuration,
    configuration::{AccessError, KeyError, MailError, MasterError, PublicUrlError, positive},
    secret::SecretError,
    settings::{self, SettingsError},
    token::TokenError,
    workers,
    workshop::{AdapterWorkshop, WorkshopError},
};

use returned::Returning;

pub use listener::ListenerError;

/// Why a hub did not start. Every message says which setting, file or address it is about.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings files are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// They, or what operators applied, cannot be followed.
    #[error(transparent)]
    Begin(#[from] BeginError),
    /// The operators' token cannot be had.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Operators could not prove themselves as the configuration says.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A public key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A secret is missing.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The root secret is too short.
    #[error("secrets.root: {0}")]
    Root(#[from] RootSecretTooShort),
    /// A master key cannot be used.
    #[error(transparent)]
    Master(#[from] MasterError),
    /// Whoever was erased could not be looked for.
    #[error("whoever was erased could not be looked for: {0}")]
    Erased(#[from] StoreError),
    /// The database cannot be used.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] ConnectError),
    /// No adapter can be used on this machine.
    #[error(transparent)]
    Workshop(#[from] WorkshopError),
    /// The relay's settings are wrong.
    #[error("mail: {0}")]
    Relay(#[from] komunala_delivery::smtp::SetupError),
    /// The mail's settings are wrong.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The API cannot be served.
    #[error(transparent)]
    Listener(#[from] ListenerError),
    /// The pages could not be reached where the configuration says.
    #[error(transparent)]
    PublicUrl(#[from] PublicUrlError),
}

/// A hub that is up.
pub struct Running {
    /// Where portals call.
    pub api: SocketAddr,
    /// Where operators call, if they can.
    pub operator: Option<SocketAddr>,
    /// Where browsers and payment providers call, if they can.
    pub pages: Option<SocketAddr>,
    hub: Hub,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    store: Store,
}

impl Running {
    /// The use cases, for programs that ask them without a connection.
    pub fn use_cases(&self) -> &Hub {
        &self.hub
    }

    /// Stops the hub: no new calls, calls in flight end within the drain time, workers finish what they hold.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        self.store.close().await;
    }
}

/// The store's settings in a configuration.
pub(crate) fn store_settings(configuration: &Configuration) -> Result<StoreSettings, StartError> {
    let documents = configuration.path(&configuration.documents.dir);
    let masters = configuration.keys.masters(&configuration.base)?;
    let keys = KeySettings::new(configuration.keys_url(), masters, &root_secret(configuration)?);
    Ok(StoreSettings {
        max_connections: configuration.database.max_connections,
        ..StoreSettings::new(configuration.database_url(), documents, keys)
    })
}

fn root_secret(configuration: &Configuration) -> Result<RootSecret, StartError> {
    let root = configuration.secrets.root.read(&configuration.base)?;
    Ok(RootSecret::new(root.expose_secret().as_bytes().to_vec())?)
}

/// A hub that is put together and serves nobody yet.
pub(crate) struct Assembly {
    hub: Hub,
    operations: Operations,
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Assembly {
    /// Puts a hub together, whose pages are found at `pages_at`, if it has any.
    pub(crate) async fn new(
        configuration: &Configuration,
        clock: Arc<dyn Clock>,
        pages_at: Option<&str>,
    ) -> Result<Self, StartError> {
        let files = settings::texts(&configuration.base, &configuration.settings)?;
        let root = root_secret(configuration)?;
        let signatures = configuration.adapters.signatures.signatures()?;
        let access = access::ways(configuration)?;
        let store = Box::pin(open_store(configuration)).await?;

        let store_port = Arc::new(store.clone());
        let workshop = Arc::new(AdapterWorkshop::new(configuration, store_port.clone(), clock.clone())?);
        let hub = Hub::new(ports(&store_port, &clock), &root, freshness(configuration))
            .with_feeds(configuration.feed.settings())
            .with_guessing(configuration.guessing.settings());
        let hub = match pages_at {
            Some(public_url) => hub.with_pages(public_url),
            None => hub,
        };
        let ports = OperatorPorts {
            components: store_port.clone(),
            settings: store_port.clone(),
            portal_keys: store_port.clone(),
            tenants: store_port.clone(),
            messages: store_port.clone(),
            bounces: store_port.clone(),
            epoch: store_port.clone(),
            outages: store_port,
            workshop,
        };
        let operations = Operations::new(hub.clone(), ports, OperatorSettings { files, signatures, access });
        Ok(Self { hub, operations, store, clock })
    }

    /// Reads every settings file, and fits every adapter.
    pub(crate) async fn begin(&self) -> Result<(), BeginError> {
        self.operations.begin(&self.hub.system_scope()).await
    }

    /// Closes what was opened.
    pub(crate) async fn close(self) {
        self.store.close().await;
    }
}

/// Starts a hub.
pub async fn start(configuration: Configuration) -> Result<Running, StartError> {
    // all that is done once would otherwise lie in the future of whoever starts a hub
    Box::pin(start_at(configuration, Arc::new(SystemClock))).await
}

/// Starts a hub that takes the time from this clock.
pub async fn start_at(configuration: Configuration, clock: Arc<dyn Clock>) -> Result<Running, StartError> {
    let pages = pages::bind(&configuration).await?;
    let pages_at = pages.as_ref().map(|pages| pages.public_url.as_str());
    let assembly = Assembly::new(&configuration, clock, pages_at).await?;
    assembly.begin().await?;
    assembly.hub.erase_again(&assembly.hub.system_scope()).await?;
    let Assembly { hub, operations, store, clock } = assembly;

    let stop = CancellationToken::new();
    let store_port = Arc::new(store.clone());
    let mut tasks = workers::start(&hub, &operations, configuration.retention.retention(), &stop);
    crate::feeds::start(&hub, configuration.feed.settings(), &stop, &mut tasks);
    let returning = Returning::of(&configuration, &hub, &store_port, &clock)?;
    tasks.spawn(mail(&configuration, &hub, returning.as_ref(), store_port.clone(), clock.clone(), stop.clone())?);
    tasks.spawn(texts(&configuration, &hub, store_port, clock, stop.clone()));
    let health = listener::Healths::new().await;
    let pages = pages.map(|pages| pages::open(&configuration, pages, &hub, returning.as_ref(), &stop, &mut tasks));
    let pages = pages.transpose()?;
    let api = listener::open(&configuration, hub.clone(), &health, &stop, &mut tasks).await?;
    let operator = match configuration.operator.enabled {
        true => Some(operators::open(&configuration, operations, &health, &stop, &mut tasks).await?),
        false => None,
    };
    health.set_ready().await;
    let shown = |address: Option<SocketAddr>| address.map(tracing::field::display);
    tracing::info!(%api, operator = shown(operator), pages = shown(pages), "the hub is up");
    Ok(Running { api, operator, pages, hub, stop, tasks, store })
}

/// A hub that serves nobody and asks nobody: for looking at what its store holds.
pub(crate) async fn hub_at_rest(configuration: &Configuration) -> Result<Hub, StartError> {
    let root = root_secret(configuration)?;
    let store = Arc::new(Box::pin(Store::connect(&store_settings(configuration)?)).await?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(Hub::new(ports(&store, &clock), &root, freshness(configuration)))
}

fn ports(store: &Arc<Store>, clock: &Arc<dyn Clock>) -> Ports {
    let letters = Arc::new(TemplateLetters::new());
    let (inspection, images, files) = (Arc::new(Inspector::new()), Arc::new(QrImages), Arc::new(UsageWriter));
    Ports::kept_in(store, letters, inspection, images, files, Arc::new(PdfSheets), clock.clone())
}

async fn open_store(configuration: &Configuration) -> Result<Store, StartError> {
    let settings = store_settings(configuration)?;
    warn_of_keys_beside_data(configuration);
    if configuration.database.migrate {
        Box::pin(Store::migrate(&settings)).await?;
    }
    Ok(Box::pin(Store::connect(&settings)).await?)
}

/// Keys that are copied along with what they open protect nobody.
fn warn_of_keys_beside_data(configuration: &Configuration) {
    let folder = |url: &str| {
        let file = url.strip_prefix("sqlite://")?.split('?').next()?;
        std::path::Path::new(file).parent().map(std::path::Path::to_owned)
    };
    let keys = folder(&configuration.keys_url());
    if keys.is_some() && keys == folder(&configuration.database_url()) {
        tracing::warn!("the key store lies beside the database: give it a place that is never in the same backup");
    }
}

fn freshness(configuration: &Configuration) -> Freshness {
    Freshness {
        fresh_for: positive(configuration.copies.fresh_for),
        wait: positive(configuration.copies.wait),
        max_stale: positive(configuration.copies.max_stale),
    }
}

/// The worker that sends mail, and the one that reads what comes back.
fn mail(
    configuration: &Configuration,
    hub: &Hub,
    returning: Option<&Returning>,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> Result<impl Future<Output = ()> + 'static, StartError> {
    let message_ids = hex(&hub.message_id_key()).into();
    let return_path = returning.map(|returning| returning.paths.clone());
    let settings = configuration.mail.settings(&configuration.base, message_ids, return_path)?;
    let returned = returning.and_then(|returning| returning.folder(configuration));
    let desk = desk(hub, &store, clock, Channel::Email);
    let ports =
        komunala_delivery::Ports { desk, compose: Arc::new(hub.clone()), bounces: store.clone(), documents: store };
    let worker = komunala_delivery::Worker::new(ports, settings)?;
    Ok(async move {
        let returned = async {
            if let Some(returned) = returned {
                returned.run(stop.clone()).await;
            }
        };
        tokio::join!(worker.run(stop.clone()), returned);
    })
}

/// The worker that sends short messages.
fn texts(
    configuration: &Configuration,
    hub: &Hub,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> impl Future<Output = ()> + 'static {
    let desk = desk(hub, &store, clock, Channel::Sms);
    let (compose, texting) = (Arc::new(hub.clone()), Arc::new(hub.clone()));
    let ports = komunala_delivery::TextPorts { desk, compose, texting };
    komunala_delivery::TextWorker::new(ports, configuration.sms.clone()).run(stop)
}

fn desk(hub: &Hub, store: &Arc<Store>, clock: Arc<dyn Clock>, channel: Channel) -> Desk {
    let (scope, bell) = (hub.system_scope(), hub.bell(channel));
    Desk { outbox: store.clone(), epoch: store.clone(), clock, scope, bell }
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

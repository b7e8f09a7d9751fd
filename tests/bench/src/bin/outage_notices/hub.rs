//! The hub that tells: its use cases, its workers of mail and of texts, its pages for receipts. No adapter is asked.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use komunala_app::{
    Directory, Freshness, Hub, Ports, Roster,
    credentials::RootSecret,
    ports::{Outbox, SystemClock, outbox::MessageState},
    sms::{Caps, Grammar, TextLine},
};
use komunala_delivery::{
    Desk, LimitSettings, MailSettings, RelaySettings, RetrySettings, SenderSettings, TextPorts, TextSettings,
    TextWorker, TlsMode, WorkSettings, Worker,
};
use komunala_domain::{Channel, PhoneTexts};
use komunala_inspection::Inspector;
use komunala_pages::{Server, Settings, Site};
use komunala_rendering::{PdfSheets, QrImages, TemplateLetters, TemplatePages, UsageWriter};
use komunala_sms::{Account, Exchange, Protocol, gateway};
use komunala_store::Store;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::subscribers;

/// By what the hub signs in at the gateway.
pub(crate) const USER: (&str, &str) = ("komunala", "gateway-password");
/// More than anybody here sends: what is measured is what the other sides bear.
const AMPLE: NonZeroU32 = NonZeroU32::new(100_000).expect("it is not zero");

/// A hub at work.
pub(crate) struct Teller {
    pub(crate) hub: Hub,
    store: Arc<Store>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Teller {
    /// A hub between a mail server and a gateway, whose `sendsms` is at `endpoint`.
    pub(crate) async fn start(
        store: &Arc<Store>,
        secret: &RootSecret,
        relay: SocketAddr,
        endpoint: String,
    ) -> anyhow::Result<Self> {
        let pages = TcpListener::bind("127.0.0.1:0").await?;
        let (letters, clock) = (Arc::new(TemplateLetters::new()), Arc::new(SystemClock));
        let (inspection, images, files) = (Arc::new(Inspector::new()), Arc::new(QrImages), Arc::new(UsageWriter));
        let ports = Ports::kept_in(store, letters, inspection, images, files, Arc::new(PdfSheets), clock);
        let provider = subscribers::provider()?;
        let lines = [(provider.id.clone(), Arc::new(line(endpoint)?))].into();
        let directory = Directory::new([Arc::new(provider)], [])?;
        let hub = Hub::new(ports, secret, Freshness::default())
            .with_pages(&format!("http://{}", pages.local_addr()?))
            .with_roster(Roster { directory, lines, ..Roster::default() });

        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let settings = Settings { callback_rate: AMPLE, ..Settings::default() };
        let site = Site::new(hub.clone(), Arc::new(TemplatePages::new()), None, &settings);
        let server = Server::new(&site, settings, None);
        tasks.spawn(server.serve(pages, stop.clone().cancelled_owned()));
        tasks.spawn(mail(&hub, store, relay)?.run(stop.clone()));
        tasks.spawn(texts(&hub, store).run(stop.clone()));
        Ok(Self { hub, store: store.clone(), stop, tasks })
    }

    /// Waits until so many messages were accepted.
    pub(crate) async fn until_accepted(&self, all: u64) -> anyhow::Result<()> {
        loop {
            let states = self.store.count(&self.hub.system_scope()).await?;
            let accepted = states.into_iter().find(|(state, _)| *state == MessageState::Accepted);
            if accepted.is_some_and(|(_, count)| count >= all) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Ends everything.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

/// The line to phones, by the hub's own client of Kannel.
fn line(endpoint: String) -> anyhow::Result<TextLine> {
    let account = Account {
        endpoint,
        user: Some(USER.0.to_owned()),
        secret: USER.1.to_owned().into(),
        callback_secret: "secret-of-the-gateway".to_owned().into(),
        sender: Some("Grid".to_owned()),
        transliterate: true,
    };
    let caps = Caps {
        prefixes: vec!["+386".to_owned()],
        per_second: AMPLE,
        per_number: 20,
        per_prefix: AMPLE.get(),
        from_number: 20,
    };
    let gateway = gateway(Protocol::Kannel, account, &Exchange::new())?;
    Ok(TextLine::new(gateway, caps, Grammar::default(), PhoneTexts::default()))
}

fn mail(hub: &Hub, store: &Arc<Store>, relay: SocketAddr) -> anyhow::Result<Worker> {
    let settings = MailSettings {
        relay: RelaySettings::new(relay.ip().to_string(), relay.port(), TlsMode::Off),
        relays: [].into(),
        sender: SenderSettings {
            address: "outages@example.si".parse()?,
            by_provider: [].into(),
            message_id_key: "a key".into(),
            return_path: None,
            dkim: Vec::new(),
        },
        work: WorkSettings { mails_per_session: 1000, ..WorkSettings::default() },
        retry: RetrySettings::default(),
        limits: LimitSettings::default(),
    };
    let (compose, bounces, documents) = (Arc::new(hub.clone()), store.clone(), store.clone());
    let ports = komunala_delivery::Ports { desk: desk(hub, store, Channel::Email), compose, bounces, documents };
    Ok(Worker::new(ports, settings)?)
}

fn texts(hub: &Hub, store: &Arc<Store>) -> TextWorker {
    let (compose, texting) = (Arc::new(hub.clone()), Arc::new(hub.clone()));
    let ports = TextPorts { desk: desk(hub, store, Channel::Sms), compose, texting };
    TextWorker::new(ports, TextSettings::default())
}

/// What either worker needs.
fn desk(hub: &Hub, store: &Arc<Store>, channel: Channel) -> Desk {
    Desk {
        outbox: store.clone(),
        epoch: store.clone(),
        clock: Arc::new(SystemClock),
        scope: hub.system_scope(),
        bell: hub.bell(channel),
    }
}

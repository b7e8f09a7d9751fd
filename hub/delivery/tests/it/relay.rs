//! A sink as the hub's relay, and a hub to speak to it.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use komunala_app::{
    ports::{
        SystemClock,
        letters::{Compose, ComposeError, Composed, Letter},
        outbox::Claimed,
    },
    scope::testing,
};
use komunala_delivery::{
    Desk, LimitSettings, MailSettings, Ports, RelaySettings, RetrySettings, SenderSettings, StageTimeouts, TlsMode,
    WorkSettings, Worker,
    smtp::{Accepted, Relay, Session, SmtpError},
};
use komunala_domain::ProviderId;
use komunala_sink::{Fault, SmtpSink, SmtpSinkBuilder};
use tempfile::NamedTempFile;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{office::Office, queue::Queue};

/// A running sink and the settings that reach it.
pub(crate) struct House {
    pub(crate) sink: SmtpSink,
    pub(crate) settings: RelaySettings,
    /// The relays of providers that have their own.
    pub(crate) relays: BTreeMap<ProviderId, RelaySettings>,
    pub(crate) sender: SenderSettings,
    pub(crate) limits: LimitSettings,
    /// What else the hub has.
    pub(crate) office: Arc<Office>,
    _roots: NamedTempFile,
}

/// Long enough for anything that is not meant to hang.
pub(crate) const AMPLE: Duration = Duration::from_secs(20);

/// A sink that offers STARTTLS, and fails as told.
pub(crate) async fn house(faults: &[&str]) -> House {
    house_of(SmtpSink::builder(), faults).await
}

pub(crate) async fn house_of(builder: SmtpSinkBuilder, faults: &[&str]) -> House {
    let sink = builder.start("127.0.0.1:0").await.unwrap();
    for fault in faults {
        sink.faults.add(fault.parse::<Fault>().unwrap());
    }
    let roots = NamedTempFile::new().unwrap();
    let mode = match sink.authority_pem() {
        Some(pem) => {
            std::fs::write(roots.path(), pem).unwrap();
            TlsMode::Required
        }
        None => TlsMode::Off,
    };
    let mut settings = RelaySettings::new("localhost", sink.addr.port(), mode);
    settings.roots = sink.authority_pem().map(|_| PathBuf::from(roots.path()));
    settings.timeouts = StageTimeouts::all(AMPLE);
    let (rest, longest_rest) = (Duration::from_millis(1500), Duration::from_secs(3));
    let limits = LimitSettings { rest, longest_rest, ..LimitSettings::default() };
    House { sink, settings, relays: BTreeMap::new(), sender: sender(), limits, office: Arc::default(), _roots: roots }
}

impl House {
    /// Opens a session.
    pub(crate) async fn open(&self) -> Result<Session, SmtpError> {
        Session::open(&Relay::new(&self.settings).unwrap(), CancellationToken::new()).await
    }

    /// Sends one mail over a session of its own.
    pub(crate) async fn send(&self, body: &[u8]) -> Result<Accepted, SmtpError> {
        let mut session = self.open().await?;
        let sent = send(&mut session, body).await;
        session.quit().await;
        sent
    }

    /// Gives every stage so long.
    pub(crate) fn hurry(mut self, bound: Duration) -> Self {
        self.settings.timeouts = StageTimeouts::all(bound);
        self
    }

    /// Lets a worker loose.
    pub(crate) fn hub(&self, work: WorkSettings) -> Hub {
        self.hub_of(Arc::new(Queue::new()), Arc::new(Plain), work)
    }

    pub(crate) fn hub_of(&self, queue: Arc<Queue>, compose: Arc<dyn Compose>, work: WorkSettings) -> Hub {
        let settings = MailSettings {
            relay: self.settings.clone(),
            relays: self.relays.clone(),
            sender: self.sender.clone(),
            work,
            retry: RetrySettings {
                first: Duration::from_millis(40),
                longest: Duration::from_millis(80),
                greylisted: Duration::from_millis(40),
                attempts: 20,
                ..RetrySettings::default()
            },
            limits: self.limits.clone(),
        };
        let outbox = Arc::clone(&queue);
        let office = Arc::clone(&self.office);
        let bell = Arc::new(Notify::new());
        let desk = Desk {
            outbox,
            epoch: office.clone(),
            clock: Arc::new(SystemClock),
            scope: testing::system(),
            bell: bell.clone(),
        };
        let ports = Ports { desk, compose, bounces: office.clone(), documents: office };
        let worker = Worker::new(ports, settings).unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(worker.run(stop.clone()));
        Hub { queue, bell, stop, running }
    }
}

/// Sends one mail over a session.
pub(crate) async fn send(session: &mut Session, body: &[u8]) -> Result<Accepted, SmtpError> {
    let (from, to) = ("hub@example.rs".parse().unwrap(), "ana@example.rs".parse().unwrap());
    session.begin(&from, &to).await?.data().await?.send(body).await
}

pub(crate) fn sender() -> SenderSettings {
    SenderSettings {
        address: "hub@example.rs".parse().unwrap(),
        by_provider: [("water".parse().unwrap(), "water@example.rs".parse().unwrap())].into(),
        message_id_key: "a key of the tests".into(),
        return_path: None,
        dkim: Vec::new(),
    }
}

/// Quick enough for tests.
pub(crate) fn work() -> WorkSettings {
    WorkSettings { poll: Duration::from_millis(20), ..WorkSettings::default() }
}

/// A running worker and its queue.
pub(crate) struct Hub {
    pub(crate) queue: Arc<Queue>,
    pub(crate) bell: Arc<Notify>,
    pub(crate) stop: CancellationToken,
    pub(crate) running: JoinHandle<()>,
}

impl Hub {
    /// Stops the worker and waits for its end.
    pub(crate) async fn stop(self) -> Arc<Queue> {
        self.stop.cancel();
        tokio::time::timeout(AMPLE, self.running).await.expect("it ends").expect("without a panic");
        self.queue
    }
}

/// A letter as plain as can be.
pub(crate) fn letter() -> Letter {
    Letter {
        subject: "Potvrdite adresu e-pošte".to_owned(),
        text: "Vaš kod: 1234 5678\n\n.\nMAIL FROM:<x@y.z>\n".to_owned(),
        html: "<p>Vaš kod: 1234 5678</p>\n".to_owned(),
    }
}

/// Composes the same letter for everybody.
pub(crate) struct Plain;

#[async_trait]
impl Compose for Plain {
    async fn compose(&self, _: &Claimed) -> Result<Composed, ComposeError> {
        Ok(Composed::plain(letter(), "Gas „Sever“"))
    }
}

/// A body that no socket buffer swallows whole.
pub(crate) fn long_body() -> Vec<u8> {
    b"a line of a long body\r\n".repeat(500_000)
}

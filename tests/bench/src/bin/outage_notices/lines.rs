//! Two lines that take so many messages a second.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Outbox, SystemClock,
        letters::{Compose, ComposeError, Composed, Letter},
        outbox::{Acceptance, Claimed, MessageState, Room, Step, Whose},
    },
    scope::testing,
};
use komunala_delivery::{
    Desk, LimitSettings, MailSettings, Ports, RelaySettings, RetrySettings, SenderSettings, TlsMode, WorkSettings,
    Worker,
};
use komunala_domain::Channel;
use komunala_store::Store;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Letters that say little: what templates cost is another bench's.
struct Notices;

#[async_trait]
impl Compose for Notices {
    async fn compose(&self, _: &Claimed) -> Result<Composed, ComposeError> {
        let letter = Letter {
            subject: "Prekinitev dobave".to_owned(),
            text: "Na vašem merilnem mestu bo prekinjena dobava.\n".to_owned(),
            html: "<p>Na vašem merilnem mestu bo prekinjena dobava.</p>".to_owned(),
        };
        Ok(Composed::plain(letter, "Grid"))
    }
}

/// Both of them, at work.
pub(crate) struct Lines {
    store: Arc<Store>,
    stop: CancellationToken,
    tasks: JoinSet<anyhow::Result<()>>,
}

impl Lines {
    pub(crate) fn start(store: &Arc<Store>, sink: SocketAddr, rate: NonZeroU32) -> anyhow::Result<Self> {
        let settings = MailSettings {
            relay: RelaySettings::new(sink.ip().to_string(), sink.port(), TlsMode::Off),
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
            limits: LimitSettings { rate: Some(rate), ..LimitSettings::default() },
        };
        let desk = Desk {
            outbox: store.clone(),
            epoch: store.clone(),
            clock: Arc::new(SystemClock),
            scope: testing::system(),
            bell: Arc::new(Notify::new()),
        };
        let ports = Ports { desk, compose: Arc::new(Notices), bounces: store.clone(), documents: store.clone() };
        let worker = Worker::new(ports, settings)?;
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let (stopped, gateway) = (stop.clone(), store.clone());
        tasks.spawn(async move {
            worker.run(stopped).await;
            Ok(())
        });
        tasks.spawn(accept_texts(gateway, rate, stop.clone()));
        Ok(Self { store: store.clone(), stop, tasks })
    }

    /// Waits until so many messages were accepted, and ends both lines.
    pub(crate) async fn until_accepted(mut self, all: u64) -> anyhow::Result<()> {
        while accepted(&self.store).await? < all {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended??;
        }
        Ok(())
    }
}

/// A gateway that takes `rate` texts a second.
async fn accept_texts(store: Arc<Store>, rate: NonZeroU32, stop: CancellationToken) -> anyhow::Result<()> {
    let system = testing::system();
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    while !stop.is_cancelled() {
        seconds.tick().await;
        let messages = rate.get();
        let room = Room { channel: Channel::Sms, whose: Whose::Everybody, messages, bulk: messages };
        let claimed = store.claim(&system, room, SignedDuration::from_mins(5), Timestamp::now()).await?;
        if claimed.is_empty() {
            continue;
        }
        let started: Vec<_> = claimed.iter().map(|claimed| Step::DataStarted(claimed.attempt())).collect();
        store.step(&system, &started).await?;
        let at = Timestamp::now();
        let accepted = |claimed: &Claimed| Acceptance { attempt: claimed.attempt(), queue_id: String::new(), at };
        let taken: Vec<_> = claimed.iter().map(|claimed| Step::Accepted(accepted(claimed))).collect();
        store.step(&system, &taken).await?;
    }
    Ok(())
}

async fn accepted(store: &Store) -> anyhow::Result<u64> {
    let states = store.count(&testing::system()).await?;
    Ok(states.into_iter().find(|(state, _)| *state == MessageState::Accepted).map_or(0, |(_, count)| count))
}

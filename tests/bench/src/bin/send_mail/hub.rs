//! The hub's own sending: outbox, document store, worker, SMTP.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use komunala_app::{
    credentials::RootSecret,
    ports::{
        Documents, Outbox, SystemClock, Users,
        letters::{Compose, ComposeError, Composed},
        outbox::{Claimed, MessageState},
    },
    scope::testing,
};
use komunala_bench::{mail_room::newcomer, mails};
use komunala_delivery::{
    Desk, LimitSettings, MailSettings, Ports, RelaySettings, RetrySettings, TlsMode, WorkSettings, Worker, dkim::Signer,
};
use komunala_domain::{ProviderId, Sha256, ids::MessageId};
use komunala_sink::SmtpSink;
use komunala_store::{KeySettings, Store, StoreSettings};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Options, timed};

/// Messages that wait in an outbox, and their documents.
pub(crate) struct Queued {
    store: Arc<Store>,
    bills: Arc<Bills>,
    mails: usize,
    connections: usize,
}

/// Which document goes with which message.
struct Bills {
    size: usize,
    documents: HashMap<MessageId, Sha256>,
}

#[async_trait]
impl Compose for Bills {
    async fn compose(&self, claimed: &Claimed) -> Result<Composed, ComposeError> {
        let digest = self.documents.get(&claimed.message.id).ok_or(ComposeError::Pointless)?;
        Ok(mails::bill(*digest, self.size))
    }
}

impl Queued {
    /// Fills an outbox: each message by a registration of its own.
    pub(crate) async fn new(options: &Options, url: String, files: &Path) -> anyhow::Result<Self> {
        let secret = RootSecret::new(vec![7; 32])?;
        let settings = StoreSettings::new(url, files.join("documents"), KeySettings::in_folder(files, &secret));
        Store::migrate(&settings).await?;
        let store = Store::connect(&settings).await?;
        let tenant = testing::system().tenant("region".parse()?);
        let kept = mails::documents(options.pdf);
        for (digest, bytes) in &kept {
            store.put(&tenant, *digest, bytes.clone()).await?;
        }
        let mut documents = HashMap::new();
        for n in 0..options.mails {
            let message = register(&store, n).await?;
            documents.insert(message, kept[n % kept.len()].0);
        }
        let bills = Arc::new(Bills { size: options.pdf, documents });
        Ok(Self { store: Arc::new(store), bills, mails: options.mails, connections: options.connections })
    }

    /// Lets the worker loose until nothing waits; answers how long that took.
    pub(crate) async fn send(self, sink: &SmtpSink, signer: Signer) -> anyhow::Result<Duration> {
        let settings = MailSettings {
            relay: RelaySettings::new(sink.addr.ip().to_string(), sink.addr.port(), TlsMode::Off),
            relays: [].into(),
            sender: mails::sender(signer)?,
            work: WorkSettings { sessions: self.connections, mails_per_session: 1000, ..WorkSettings::default() },
            retry: RetrySettings::default(),
            limits: LimitSettings::default(),
        };
        let desk = Desk {
            outbox: self.store.clone(),
            epoch: self.store.clone(),
            clock: Arc::new(SystemClock),
            scope: testing::system(),
            bell: Arc::new(Notify::new()),
        };
        let ports =
            Ports { desk, compose: self.bills.clone(), bounces: self.store.clone(), documents: self.store.clone() };
        let worker = Worker::new(ports, settings)?;
        let stop = CancellationToken::new();
        let took = timed(async {
            let running = tokio::spawn(worker.run(stop.clone()));
            // the sink is cheap to ask, the database is not
            let all = sink.counters.counts().accepted + self.mails as u64;
            while sink.counters.counts().accepted < all || self.accepted().await? < self.mails as u64 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            stop.cancel();
            Ok(running.await?)
        });
        took.await
    }

    async fn accepted(&self) -> anyhow::Result<u64> {
        let states = self.store.count(&testing::system()).await?;
        Ok(states.into_iter().find(|(state, _)| *state == MessageState::Accepted).map_or(0, |(_, count)| count))
    }
}

async fn register(store: &Store, n: usize) -> anyhow::Result<MessageId> {
    let gas: ProviderId = "gas".parse()?;
    let new = newcomer(&gas, format!("customer-{n}@example.rs").parse()?)?;
    let id = new.confirm_mail.id;
    store.register(&testing::portal("region".parse()?, "web".parse()?, vec![gas]), new).await?;
    Ok(id)
}

//! A hub's mail room and nothing else of a hub: the outbox, the documents, and the worker.
//!
//! What waits there came in as it does in a hub: bills by runs, codes by registrations. Only what a mail says is made up.

mod bills;
mod letters;
mod people;

use std::{path::Path, sync::Arc};

use komunala_app::{
    credentials::RootSecret,
    ports::{Documents, SystemClock},
    scope::{TenantScope, testing},
};
use komunala_delivery::{Desk, MailSettings, Ports, Worker};
use komunala_store::{KeySettings, Store, StoreSettings};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use self::letters::Letters;
pub use self::people::newcomer;
use crate::{database::Database, mails};

/// A mail room.
pub struct MailRoom {
    store: Arc<Store>,
    letters: Arc<Letters>,
    tenant: TenantScope,
    /// Rung by whoever puts something into the outbox here; at another hub nobody hears that.
    pub bell: Arc<Notify>,
}

/// A worker at work.
pub struct AtWork {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl MailRoom {
    /// An empty one, whose bills have PDFs of so many bytes; its files lie in `files`.
    pub async fn open(database: Database, files: &Path, pdf: usize) -> anyhow::Result<Self> {
        let secret = RootSecret::new(vec![7; 32])?;
        let url = database.url(files).await?;
        let settings = StoreSettings::new(url, files.join("documents"), KeySettings::in_folder(files, &secret));
        Store::migrate(&settings).await?;
        let store = Arc::new(Store::connect(&settings).await?);
        let tenant = testing::system().tenant("region".parse()?);
        let documents = mails::documents(pdf);
        for (digest, bytes) in &documents {
            store.put(&tenant, *digest, bytes.clone()).await?;
        }
        let digests = documents.into_iter().map(|(digest, _)| digest).collect();
        Ok(Self { store, letters: Arc::new(Letters::new(digests, pdf)), tenant, bell: Arc::new(Notify::new()) })
    }

    /// Lets a worker loose.
    pub fn work(&self, settings: MailSettings) -> anyhow::Result<AtWork> {
        let desk = Desk {
            outbox: self.store.clone(),
            epoch: self.store.clone(),
            clock: Arc::new(SystemClock),
            scope: testing::system(),
            bell: self.bell.clone(),
        };
        let (bounces, documents) = (self.store.clone(), self.store.clone());
        let ports = Ports { desk, compose: self.letters.clone(), bounces, documents };
        let stop = CancellationToken::new();
        let running = tokio::spawn(Worker::new(ports, settings)?.run(stop.clone()));
        Ok(AtWork { stop, running })
    }
}

impl AtWork {
    /// Stops the worker: what is under way has the time to finish that the settings say.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        Ok(self.running.await?)
    }
}

//! Where accepted mails are kept: in memory, and each in a file of its own.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::watch;

use crate::mail::ReceivedMail;

/// A handle on the mails of a running sink; copies see the same mails.
#[derive(Debug, Clone)]
pub struct Mailbox {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: Option<PathBuf>,
    /// How many mails are kept in memory; the oldest go first.
    kept: usize,
    mails: Mutex<VecDeque<Arc<ReceivedMail>>>,
    last_id: AtomicU64,
    arrivals: watch::Sender<u64>,
}

/// No mail came that was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no such mail among the {seen} that arrived within {waited:?}")]
pub struct NoSuchMail {
    /// How many mails are kept.
    pub seen: usize,
    /// How long was waited.
    pub waited: Duration,
}

impl Mailbox {
    pub(crate) fn new(folder: Option<PathBuf>, kept: usize) -> Self {
        let arrivals = watch::Sender::new(0);
        Self {
            shared: Arc::new(Shared { folder, kept, mails: Mutex::default(), last_id: AtomicU64::new(0), arrivals }),
        }
    }

    /// The mails that are kept, oldest first.
    pub fn mails(&self) -> Vec<Arc<ReceivedMail>> {
        self.lock().iter().cloned().collect()
    }

    /// Waits until there is a mail like that; mails that have arrived before count too.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&ReceivedMail) -> bool,
        timeout: Duration,
    ) -> Result<Arc<ReceivedMail>, NoSuchMail> {
        let mut arrivals = self.shared.arrivals.subscribe();
        let found = async {
            loop {
                let found = self.lock().iter().find(|mail| wanted(mail)).cloned();
                if let Some(mail) = found {
                    return mail;
                }
                // Cannot fail: the sender lives in the mailbox.
                let _ = arrivals.changed().await;
            }
        };
        tokio::time::timeout(timeout, found).await.map_err(|_| NoSuchMail { seen: self.lock().len(), waited: timeout })
    }

    /// Forgets every mail; files stay.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The queue id of the next mail.
    pub(crate) fn next_id(&self) -> String {
        format!("{:08}", self.shared.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Records a mail: whoever looks into the folder sees a whole file or none.
    pub(crate) async fn record(&self, mail: Arc<ReceivedMail>) -> io::Result<()> {
        if let Some(folder) = &self.shared.folder {
            let unfinished = folder.join(format!(".{}.part", mail.queue_id));
            tokio::fs::write(&unfinished, &mail.data).await?;
            tokio::fs::rename(&unfinished, folder.join(mail.file_name())).await?;
        }
        {
            let mut mails = self.lock();
            mails.push_back(mail);
            let excess = mails.len().saturating_sub(self.shared.kept);
            mails.drain(..excess);
        }
        self.shared.arrivals.send_modify(|arrivals| *arrivals += 1);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<ReceivedMail>>> {
        self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

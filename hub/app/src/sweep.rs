//! Forgetting what is over.

use jiff::SignedDuration;

use crate::{
    Hub,
    ports::{StoreError, sweeps::Remains},
    scope::SystemScope,
};

/// How many rows are forgotten at a time.
const BATCH: u32 = 500;
/// How many times in a row; what is left then waits for the next round.
const MOST_BATCHES: usize = 200;
/// How long a request id is good for.
const REQUEST_IDS: SignedDuration = SignedDuration::from_hours(24);

/// How long an attachment waits for a request that names it.
const ATTACHMENTS: SignedDuration = SignedDuration::from_hours(24);

/// How long it is remembered that a text came, so that a gateway may hand it on again.
const INCOMING_TEXTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long rows are kept after they are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Sessions that ended or expired.
    pub sessions: SignedDuration,
    /// Confirmations of addresses and challenges that are closed.
    pub verifications: SignedDuration,
    /// Messages that were taken by the relay or given up.
    pub messages: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            sessions: SignedDuration::from_hours(7 * 24),
            verifications: SignedDuration::from_hours(24),
            messages: SignedDuration::from_hours(30 * 24),
        }
    }
}

impl Retention {
    /// `attempts` is how long it is remembered that a budget was used up.
    fn all(&self, attempts: SignedDuration) -> [(Remains, SignedDuration); 8] {
        [
            (Remains::RequestIds, REQUEST_IDS),
            (Remains::Attempts, attempts),
            (Remains::Sessions, self.sessions),
            (Remains::Verifications, self.verifications),
            (Remains::Challenges, self.verifications),
            (Remains::Attachments, ATTACHMENTS),
            (Remains::IncomingTexts, INCOMING_TEXTS),
            (Remains::Messages, self.messages),
        ]
    }
}

impl Hub {
    /// Forgets what has been over for longer than it is kept; answers how many rows. For a worker.
    pub async fn sweep(&self, scope: &SystemScope, retention: &Retention) -> Result<u64, StoreError> {
        let mut swept = 0;
        for (what, kept) in retention.all(self.guessing.longest_wait) {
            // kept for longer than there has been time
            let Ok(before) = self.clock.now().checked_sub(kept) else { continue };
            for _ in 0..MOST_BATCHES {
                let rows = self.sweeps.sweep(scope, what, before, BATCH).await?;
                swept += rows;
                if rows < u64::from(BATCH) {
                    break;
                }
            }
        }
        for _ in 0..MOST_BATCHES {
            let documents = self.sweeps.sweep_documents(scope, BATCH).await?;
            swept += documents;
            if documents < u64::from(BATCH) {
                break;
            }
        }
        Ok(swept)
    }
}

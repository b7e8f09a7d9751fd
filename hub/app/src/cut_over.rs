//! The day from which a provider's customers register anew.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use komunala_domain::ProviderId;

use crate::{
    Hub,
    ports::{StoreError, accounts::CutOver},
    scope::SystemScope,
};

/// How many accounts are suspended at a time.
const BATCH: u32 = 200;
/// How long after a cut-over links are looked for that are older: a write that was under way is over by then.
const SETTLED: SignedDuration = SignedDuration::from_hours(1);

/// Cut-overs that nothing is older than any more.
#[derive(Debug, Default)]
pub(crate) struct CutOvers(Mutex<BTreeSet<(ProviderId, Timestamp)>>);

impl CutOvers {
    fn are_done(&self, cut_over: &(ProviderId, Timestamp)) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(cut_over)
    }

    fn done(&self, cut_over: (ProviderId, Timestamp)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(cut_over);
    }
}

impl Hub {
    /// Suspends every link that was proved before its provider's cut-over, once that has come; answers how many accounts.
    /// For a worker.
    pub async fn cut_over(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let (roster, now) = (self.roster(), self.clock.now());
        let mut suspended = 0;
        for provider in roster.directory.providers() {
            let Some(at) = provider.cut_over_at().filter(|at| *at <= now) else { continue };
            let done = (provider.id.clone(), at);
            if self.cut_overs.are_done(&done) {
                continue;
            }
            let tenant = scope.tenant(provider.tenant.clone());
            loop {
                let cut_over = CutOver { provider: &provider.id, at };
                let accounts = self.accounts.cut_over(&tenant, cut_over, BATCH, now).await?;
                suspended += u64::from(accounts);
                if accounts > 0 {
                    self.bells.ring();
                }
                if accounts < BATCH {
                    break;
                }
            }
            if now.duration_since(at) > SETTLED {
                self.cut_overs.done(done);
            }
        }
        Ok(suspended)
    }
}

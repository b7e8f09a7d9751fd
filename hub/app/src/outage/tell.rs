//! Telling whoever subscribed of outages, portion by portion: memory does not grow with how many there are.

use jiff::SignedDuration;
use komunala_domain::Provider;

use crate::{
    Hub,
    ports::{
        StoreError,
        outage_notices::{DueNotice, Portion, Telling},
    },
    scope::SystemScope,
};

/// How many supply points of recipients one transaction looks at.
const PORTION: u32 = 500;
/// How long a worker may show no sign of life before another one goes on with its work: each portion is one.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

impl Hub {
    /// Puts the messages about outages into the outbox that are due; answers how many. For a worker.
    pub async fn tell_outages(&self, scope: &SystemScope) -> Result<u64, StoreError> {
        let mut told = 0;
        while let Some(notice) = self.outage_notices.claim_notice(scope, LEASE, self.clock.now()).await? {
            // one whose provider is not served here waits until its lease is over
            let Some(provider) = self.roster().directory.provider(&notice.provider).cloned() else { continue };
            told += self.tell_notice(scope, &notice, &provider).await?;
        }
        Ok(told)
    }

    async fn tell_notice(
        &self,
        scope: &SystemScope,
        notice: &DueNotice,
        provider: &Provider,
    ) -> Result<u64, StoreError> {
        let (scope, mut told) = (scope.tenant(notice.tenant.clone()), 0);
        loop {
            let telling = Telling { provider, size: PORTION, lease: LEASE, now: self.clock.now() };
            let portion = self.outage_notices.tell_portion(&scope, notice, telling).await?;
            if let Portion::Told(count) | Portion::Done(count) = portion {
                told += count;
                if count > 0 {
                    self.bells.ring();
                }
            }
            if !matches!(portion, Portion::Told(_)) {
                break;
            }
        }
        let (provider, outage, revision) = (&notice.provider, &notice.outage, notice.revision);
        tracing::info!(%provider, %outage, revision, kind = ?notice.kind, told, "an outage was told");
        Ok(told)
    }
}

//! Whether a text may go out: to this number, to this country, at this moment.
//!
//! Caps are counted in the database, before the text leaves, so that all replicas share them. Whoever makes the hub write to
//! numbers that cost a fortune, or to somebody who is to be annoyed, gets as far as the cap.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::SignedDuration;
use komunala_domain::{PhoneNumber, ProviderId, TenantId};

use super::{Caps, TextLine};
use crate::{
    Hub,
    ports::{
        StoreError,
        attempts::Budget,
        outbox::Claimed,
        texts::{Postponed, TextRoute, Texting},
    },
    scope::TenantScope,
};

/// How long a text waits for its turn before it goes back into the queue.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long caps last.
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[async_trait]
impl Texting for Hub {
    fn route(&self, provider: &ProviderId) -> Option<TextRoute> {
        let roster = self.roster();
        let line = roster.lines.get(provider)?;
        let receipts_at = self.pages_at.as_ref().map(|at| format!("{at}/sms/{provider}/receipts"));
        Some(TextRoute { gateway: line.gateway.clone(), receipts_at })
    }

    async fn permit(&self, claimed: &Claimed, to: &PhoneNumber) -> Result<Result<(), Postponed>, StoreError> {
        let provider = &claimed.message.provider;
        let Some(line) = self.roster().lines.get(provider).cloned() else {
            return Ok(Err(Postponed::Until(SignedDuration::from_mins(1))));
        };
        let Some(budgets) = self.caps_of(&line, &claimed.tenant, provider, to) else {
            return Ok(Err(Postponed::Never("no texts go to numbers of this country")));
        };
        match line.turn(Instant::now(), PATIENCE) {
            Ok(wait) => tokio::time::sleep(wait).await,
            Err(wait) => return Ok(Err(Postponed::Until(SignedDuration::try_from(wait).unwrap_or(DAY)))),
        }
        let scope = TenantScope::new(claimed.tenant.clone());
        let counted = self.attempts.begin(&scope, &budgets, self.clock.now()).await?;
        Ok(counted.map_err(|_| Postponed::Never("the number or its country had as many texts as it may have in a day")))
    }

    async fn not_sent(&self, claimed: &Claimed, to: &PhoneNumber) -> Result<(), StoreError> {
        let line = self.roster().lines.get(&claimed.message.provider).cloned();
        let budgets = line.and_then(|line| self.caps_of(&line, &claimed.tenant, &claimed.message.provider, to));
        match budgets {
            Some(budgets) => self.attempts.succeeded(&TenantScope::new(claimed.tenant.clone()), &budgets).await,
            None => Ok(()),
        }
    }
}

impl Hub {
    /// What a text is counted by; none where it may not go out at all.
    fn caps_of(
        &self,
        line: &TextLine,
        tenant: &TenantId,
        provider: &ProviderId,
        to: &PhoneNumber,
    ) -> Option<Vec<Budget>> {
        let prefix = line.prefix_of(to.as_str())?;
        let budget = |kind: &str, subject: &str, at_most| Budget {
            kind: kind.to_owned(),
            subject: self.keys.attempt_subject(&[kind, tenant.as_str(), provider.as_str(), subject]),
            failures: at_most,
            window: DAY,
            longest: DAY,
        };
        let Caps { per_number, per_prefix, .. } = &line.caps;
        Some(vec![budget("sms-number", to.as_str(), *per_number), budget("sms-prefix", prefix, *per_prefix)])
    }
}

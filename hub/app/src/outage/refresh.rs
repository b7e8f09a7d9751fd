//! Reading what a network announces, from where the hub stopped last.

use jiff::Timestamp;
use komunala_domain::{Capability, Outage, ProviderId};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        BillingError, Call,
        outages::{Announced, OutageFeed},
    },
    refresh::{Heard, PATIENCE, RefreshError, Subject, log, wait_for},
    scope::TenantScope,
};

/// Outages of one page.
const PAGE: u32 = 200;
/// The most pages that are read at once; what is behind them is read the next time.
const MOST_PAGES: usize = 100;

impl Hub {
    /// Makes the copy of a provider's outages young; an error where that fails and it is too old to be used.
    pub(super) async fn young_outages(
        &self,
        scope: &TenantScope,
        call: Call,
        provider: &ProviderId,
    ) -> Result<(), Failure> {
        let feed = self.outages.feed(scope, provider).await?;
        if self.is_fresh(feed.as_of) {
            return Ok(());
        }
        let until = self.longest_wait(call);
        let (hub, scope, id) = (self.clone(), scope.clone(), provider.clone());
        let running = self.refreshes.join(Subject::Outages(provider.clone()), || async move {
            let result = hub.ask_for_outages(&scope, &id).await;
            log(&id, &"outages", &result);
            result
        });
        match wait_for(running, until).await {
            Err(error) if !self.is_usable(feed.as_of) => Err(error.into_failure(provider, "provider")),
            _ => Ok(()),
        }
    }

    /// Reads what a network announced since the last time, and keeps it.
    pub(crate) async fn ask_for_outages(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
    ) -> Result<Heard, RefreshError> {
        let billing = self.asked(provider, Capability::Outages)?;
        let mut feed = self.outages.feed(scope, provider).await?;
        for _ in 0..MOST_PAGES {
            let now = self.clock.now();
            let page = billing.outages(Call::within(PATIENCE), feed.cursor.as_deref(), PAGE).await?;
            for problem in &page.problems {
                let (field, wrong) = (&problem.field, &problem.problem);
                tracing::warn!(%provider, outage = problem.external_id, field, wrong, "an outage was put aside");
            }
            let stuck = !page.at_end && feed.cursor.as_deref() == Some(&page.next);
            let as_of = if page.at_end { Some(now) } else { feed.as_of };
            feed = OutageFeed { cursor: Some(page.next), as_of };
            let announced = self.announced(provider, page.outages, now);
            self.outages.keep_outages(scope, provider, &announced, &feed, now).await?;
            if page.at_end {
                return Ok(Heard::News);
            }
            if stuck {
                break;
            }
        }
        Err(BillingError::Upstream { detail: "the outages do not come to an end".to_owned() }.into())
    }

    /// When each is told. Where the provider is not served any more, nobody is.
    fn announced(&self, provider: &ProviderId, outages: Vec<Outage>, now: Timestamp) -> Vec<Announced> {
        let provider = self.roster().directory.provider(provider).cloned();
        let scheduled = |outage| {
            let schedule = provider.as_ref().and_then(|it| it.outages.schedule(&outage, &it.time_zone, now));
            Announced { outage, schedule }
        };
        outages.into_iter().map(scheduled).collect()
    }
}

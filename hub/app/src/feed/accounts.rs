//! Asking about linked accounts one by one: those that a feed only said were touched, and, where there is no feed at
//! all, those whose copies are the oldest.

use futures::{StreamExt, stream};
use jiff::SignedDuration;
use komunala_domain::{Capability, Provider};

use super::FeedReport;
use crate::{
    Hub,
    ports::{
        StoreError,
        copies::{CopyAge, CopyKind},
    },
    refresh::RefreshError,
    scope::{SystemScope, TenantScope},
};

/// How many accounts of a provider are taken up in a round: they are asked about between the calls of customers, who go
/// first.
const BATCH: u32 = 50;

/// How many of them at a time.
const AT_A_TIME: usize = 2;

/// What is copied of an account, and the interface it comes from.
const KINDS: [(CopyKind, Capability); 5] = [
    (CopyKind::Account, Capability::Customers),
    (CopyKind::Invoices, Capability::Invoices),
    (CopyKind::Ledger, Capability::Ledger),
    (CopyKind::Balance, Capability::Balance),
    (CopyKind::Readings, Capability::Readings),
];

impl Hub {
    /// Asks about a bounded number of linked accounts that are due. For a worker; any replica may do it, an account is
    /// handed to one of them.
    pub async fn renew_accounts(&self, scope: &SystemScope, provider: &Provider) -> Result<FeedReport, StoreError> {
        let scope = &scope.tenant(provider.tenant.clone());
        let offers = |capability| self.billing(&provider.id, capability).is_ok();
        let now = self.clock.now();
        let has_feed = offers(Capability::Changes) || offers(Capability::Files);
        let renew_after = SignedDuration::try_from(self.feed.of(provider).renew_after).unwrap_or(SignedDuration::MAX);
        let older_than = if has_feed { None } else { now.checked_sub(renew_after).ok() };
        let due = self.feeds.due_accounts(scope, &provider.id, older_than, BATCH, now).await?;
        let kinds: Vec<_> = KINDS.into_iter().filter(|(_, capability)| offers(*capability)).collect();
        let asked = stream::iter(due)
            .map(|age| {
                let kinds = kinds.clone();
                async move { self.renew_account(scope, age, &kinds).await }
            })
            .buffer_unordered(AT_A_TIME)
            .collect::<Vec<_>>()
            .await;
        let mut report = FeedReport::default();
        for renewed in asked {
            match renewed {
                Ok(()) => report.records += 1,
                Err(RefreshError::Billing(error)) => report.ended_by = Some(error),
                Err(RefreshError::Store(_) | RefreshError::TookTooLong) => {}
            }
        }
        Ok(report)
    }

    async fn renew_account(
        &self,
        scope: &TenantScope,
        age: CopyAge,
        kinds: &[(CopyKind, Capability)],
    ) -> Result<(), RefreshError> {
        let asked_at = self.clock.now();
        let age = CopyAge { as_of: None, ..age };
        for (kind, _) in kinds {
            self.start_refresh(scope, *kind, &age).await?;
        }
        self.feeds.asked(scope, age.account, asked_at).await?;
        Ok(())
    }
}

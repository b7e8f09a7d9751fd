//! Keeping the hub's copy young: asks billing systems, once for everybody who waits.

mod running;

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use jiff::Timestamp;
use komunala_domain::{Capability, ProviderId, ids::AccountId};

use crate::{
    Hub,
    failure::Failure,
    invoice::contradiction,
    ports::{
        BillingError, BillingSystem, Call, StoreError,
        accounts::AccountFilter,
        billing::Part,
        copies::{CopyAge, CopyKind},
        problems::NewProblem,
    },
    scope::{TenantScope, UserScope},
};

pub(crate) use running::{Refreshes, Running, Subject};

/// How long a refresh goes on for those who come later, when nobody waits any more.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How many accounts of one caller are refreshed at a time.
const AT_A_TIME: usize = 8;

/// The most parts of one list that are asked for; with parts of up to 200 items, far more than a customer has.
const MOST_PARTS: usize = 100;

/// Why a copy is still old.
#[derive(Debug, Clone)]
pub(crate) enum RefreshError {
    Billing(BillingError),
    Store(Arc<StoreError>),
    /// The caller does not wait any longer; the refresh goes on.
    TookTooLong,
}

impl From<BillingError> for RefreshError {
    fn from(error: BillingError) -> Self {
        Self::Billing(error)
    }
}

impl From<StoreError> for RefreshError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// What an answer brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// What was kept may be another than before.
    News,
    /// The copy is as young as what it would be made of.
    NothingNew,
}

/// What came of making copies young.
pub(crate) struct Refreshed {
    /// Whether anything was heard that is new, so that what was read before is to be read again.
    pub changed: bool,
    /// The accounts whose copy is still old, and why.
    pub failed: Vec<(CopyAge, RefreshError)>,
}

impl Hub {
    /// Whether a copy of this age can be answered without asking.
    pub(crate) fn is_fresh(&self, as_of: Option<Timestamp>) -> bool {
        self.is_younger_than(as_of, self.freshness.fresh_for)
    }

    /// The same for the copy of an account. What is made of files is looked after every time: nobody outside is asked,
    /// and a file with the bills may have come a moment after the one with the customers.
    pub(crate) fn is_fresh_copy(&self, age: &CopyAge) -> bool {
        self.is_fresh(age.as_of) && self.asked(&age.provider, Capability::Files).is_err()
    }

    /// Whether a copy of this age can be answered if asking fails.
    pub(crate) fn is_usable(&self, as_of: Option<Timestamp>) -> bool {
        self.is_younger_than(as_of, self.freshness.max_stale)
    }

    fn is_younger_than(&self, as_of: Option<Timestamp>, age: Duration) -> bool {
        as_of.is_some_and(|as_of| self.clock.now().duration_since(as_of).unsigned_abs() < age)
    }

    /// Makes one account's copy young, or answers how old it is if that fails and it can still be used.
    pub(crate) async fn young_copy(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        kind: CopyKind,
    ) -> Result<CopyAge, Failure> {
        let filter = AccountFilter::One(provider.clone(), account);
        let ages = self.copies.ages(scope, &filter, kind).await?;
        let Some(age) = ages.first().cloned() else { return Err(self.why_not(scope, provider, account).await) };
        if self.is_fresh_copy(&age) {
            return Ok(age);
        }
        self.billing(provider, kind.capability())?;
        let refreshed = self.refresh(scope.tenant(), call, kind, &ages).await;
        let changed = refreshed.changed;
        self.require_usable("account", refreshed)?;
        let renewed = match changed {
            true => self.copies.ages(scope, &filter, kind).await?.into_iter().next(),
            false => Some(age),
        };
        match renewed {
            Some(age) => Ok(age),
            // what was just heard may have suspended the link
            None => Err(self.why_not(scope, provider, account).await),
        }
    }

    /// Refreshes the copies that are not fresh, as far as the deadline and the settings let a caller wait. What is
    /// there is still answered before the deadline.
    pub(crate) async fn refresh(&self, scope: &TenantScope, call: Call, kind: CopyKind, ages: &[CopyAge]) -> Refreshed {
        let stale: Vec<CopyAge> = ages.iter().filter(|age| !self.is_fresh_copy(age)).cloned().collect();
        let until = self.longest_wait(call);
        let results: Vec<_> = stream::iter(stale)
            .map(|age| async move {
                let result = wait_for(self.start_refresh(scope, kind, &age), until).await;
                (age, result)
            })
            .buffer_unordered(AT_A_TIME)
            .collect()
            .await;
        let changed = results.iter().any(|(_, result)| matches!(result, Ok(Heard::News)));
        let failed = results.into_iter().filter_map(|(age, result)| result.err().map(|error| (age, error))).collect();
        Refreshed { changed, failed }
    }

    /// Until when the deadline and the settings let a caller wait for refreshes.
    pub(crate) fn longest_wait(&self, call: Call) -> tokio::time::Instant {
        tokio::time::Instant::from_std(call.leaving_time_to_answer().at_most(self.freshness.wait).deadline)
    }

    /// Joins the refresh of this copy that runs already, or starts one. It goes on when nobody waits any more.
    pub(crate) fn start_refresh(&self, scope: &TenantScope, kind: CopyKind, age: &CopyAge) -> Running {
        let (hub, scope, age) = (self.clone(), scope.clone(), age.clone());
        self.refreshes.join(Subject::Copy(age.account, kind), || async move {
            let result = hub.ask(&scope, kind, &age).await;
            log(&age.provider, &kind, &result);
            result
        })
    }

    async fn ask(&self, scope: &TenantScope, kind: CopyKind, age: &CopyAge) -> Result<Heard, RefreshError> {
        let call = Call::within(PATIENCE);
        let billing = self.asked(&age.provider, kind.capability())?;
        let (id, account) = (age.account, &age.external_id);
        // what is read now was so at the latest when it was asked for
        let mut as_of = self.clock.now();
        let mut is_all_there_is = false;
        if let Some(stated_at) = billing.stated_at(call).await? {
            if age.as_of >= Some(stated_at) {
                return Ok(Heard::NothingNew);
            }
            as_of = stated_at;
            is_all_there_is = true;
        }
        match kind {
            CopyKind::Account => {
                let copy = billing.account(call, account).await?;
                self.accounts.keep(scope, id, &copy, as_of).await?;
            }
            CopyKind::Invoices => {
                let invoices = all_parts(|cursor| {
                    let billing = &billing;
                    async move { billing.invoices(call, account, None, cursor.as_deref()).await }.boxed()
                })
                .await?;
                self.copies.keep_invoices(scope, id, &invoices, as_of).await?;
                self.report_sums(scope, age, contradiction::of_bills(&invoices)).await?;
                // a bill that a file no longer has, or has as somebody else's, is not shown on
                if is_all_there_is {
                    self.copies.keep_only(scope, id, &invoices).await?;
                }
            }
            CopyKind::Ledger => {
                let entries = all_parts(|cursor| {
                    let billing = &billing;
                    async move { billing.ledger(call, account, cursor.as_deref()).await }.boxed()
                })
                .await?;
                self.copies.keep_ledger(scope, id, &entries, as_of).await?;
                self.report_sums(scope, age, contradiction::of_card(account, &entries)).await?;
            }
            CopyKind::Balance => {
                let balances = billing.balance(call, account).await?;
                self.copies.keep_balances(scope, id, &balances, as_of).await?;
            }
            CopyKind::Readings => {
                let readings = ask_readings(billing.as_ref(), call, account).await?;
                self.readings.keep(scope, id, &readings, as_of).await?;
            }
        }
        Ok(Heard::News)
    }

    /// Tells whoever operates the hub of what does not add up.
    async fn report_sums(
        &self,
        scope: &TenantScope,
        age: &CopyAge,
        problems: Vec<NewProblem>,
    ) -> Result<(), RefreshError> {
        if !problems.is_empty() {
            self.problems.record(scope, &age.provider, &problems, self.clock.now()).await?;
        }
        Ok(())
    }

    /// The providers whose copies are neither young nor usable, and those of them that failed for the store's sake.
    pub(crate) fn unreachable(&self, failed: &[(CopyAge, RefreshError)]) -> Result<Vec<ProviderId>, Failure> {
        let mut unreachable = Vec::new();
        for (age, error) in failed {
            if self.is_usable(age.as_of) || matches!(error, RefreshError::Billing(BillingError::NotOffered(_))) {
                continue;
            }
            if let RefreshError::Store(error) = error {
                return Err(Failure::Internal(format!("a copy could not be kept: {error}")));
            }
            unreachable.push(age.provider.clone());
        }
        unreachable.sort();
        unreachable.dedup();
        Ok(unreachable)
    }

    /// For a call about one account: an error unless its copy is young or usable.
    pub(crate) fn require_usable(&self, what: &'static str, refreshed: Refreshed) -> Result<(), Failure> {
        let Some((age, error)) = refreshed.failed.into_iter().next() else {
            return Ok(());
        };
        match error {
            RefreshError::Billing(BillingError::NotOffered(_)) => {}
            _ if self.is_usable(age.as_of) => return Ok(()),
            _ => {}
        }
        Err(error.into_failure(&age.provider, what))
    }
}

impl RefreshError {
    /// What it means to a caller who asked for something of `provider` that the hub has no usable copy of.
    pub(crate) fn into_failure(self, provider: &ProviderId, what: &'static str) -> Failure {
        match self {
            Self::Billing(error) => Failure::of_billing(provider, what, error),
            Self::Store(error) => Failure::Internal(format!("a copy could not be kept: {error}")),
            Self::TookTooLong => Failure::ProviderUnavailable {
                provider: provider.clone(),
                retry_after: Some(Duration::from_secs(1)),
                cause: BillingError::DeadlineExceeded,
            },
        }
    }
}

/// Waits for a refresh, but no longer than until a moment.
pub(crate) async fn wait_for(running: Running, until: tokio::time::Instant) -> Result<Heard, RefreshError> {
    tokio::time::timeout_at(until, running).await.unwrap_or(Err(RefreshError::TookTooLong))
}

/// Says in the log why a copy stays old.
pub(crate) fn log(provider: &ProviderId, what: &dyn std::fmt::Debug, result: &Result<Heard, RefreshError>) {
    match result {
        Err(RefreshError::Store(error)) => tracing::error!(%error, ?what, "a copy could not be kept"),
        Err(RefreshError::Billing(error)) if !matches!(error, BillingError::NotOffered(_)) => {
            tracing::warn!(%provider, ?what, %error, "a copy could not be refreshed");
        }
        _ => {}
    }
}

async fn ask_readings(
    billing: &dyn BillingSystem,
    call: Call,
    account: &komunala_domain::ExternalId,
) -> Result<Vec<komunala_domain::Reading>, BillingError> {
    let mut readings = Vec::new();
    for point in billing.account(call, account).await?.supply_points {
        let point = &point.external_id;
        readings.extend(
            all_parts(|cursor| async move { billing.readings(call, account, point, cursor.as_deref()).await }.boxed())
                .await?,
        );
    }
    Ok(readings)
}

/// Follows a list to its end; `ask` answers the part that begins at a cursor.
pub(crate) async fn all_parts<'a, T>(
    ask: impl Fn(Option<String>) -> BoxFuture<'a, Result<Part<T>, BillingError>>,
) -> Result<Vec<T>, BillingError> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PARTS {
        let part = ask(cursor.clone()).await?;
        items.extend(part.items);
        match part.next {
            None => return Ok(items),
            next if next == cursor => break,
            next => cursor = next,
        }
    }
    Err(BillingError::Upstream { detail: format!("a list did not end within {MOST_PARTS} parts") })
}

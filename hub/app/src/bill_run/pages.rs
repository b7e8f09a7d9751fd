//! One page of a run: what is known of its accounts' bills, their documents, and taking them up.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, stream};
use jiff::Timestamp;
use komunala_domain::{ExternalId, Provider, ids::AccountId};

use super::{documents::begins, gist::gist, seats::AT_ONCE};
use crate::{
    Hub,
    ports::{
        StoreError,
        bill_runs::{HeldRun, RunAccount, RunBill, RunPage, Stretch},
        copies::{CopyKind, InvoiceCopy},
    },
    refresh::wait_for,
    scope::TenantScope,
};

/// Accounts on a page.
const PAGE: u32 = 100;
/// How long the accounts of a page are asked about. What is not known then is left for later.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where the hub knows bills from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sources {
    /// From a feed that has been followed to its end.
    Feed,
    /// From asking about each account.
    Each,
}

/// What became of a page.
pub(super) enum Taken {
    /// It is taken up, with this account as its last.
    Page(AccountId),
    /// There are no further accounts.
    Nothing,
    /// The run is somebody else's by now, or was held.
    Lost,
}

/// What a page leaves for later.
#[derive(Debug, Default)]
pub(super) struct Left {
    count: u32,
    look_at: Option<Timestamp>,
}

impl Left {
    fn until(&mut self, at: Timestamp) {
        self.count += 1;
        self.look_at = Some(self.look_at.map_or(at, |before| before.min(at)));
    }
}

impl Hub {
    pub(super) async fn page_of_bills(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        run: &HeldRun,
        after: Option<AccountId>,
        sources: Sources,
        left: &mut Left,
    ) -> Result<Taken, StoreError> {
        let accounts = self.bill_runs.run_accounts(scope, &provider.id, after, PAGE).await?;
        let Some(last) = accounts.last().map(|account| account.age.account) else { return Ok(Taken::Nothing) };
        self.hear_of_bills(scope, run, &accounts, sources, left).await;
        let stretch = Stretch { after, last };
        let copies = self.bill_runs.run_bills(scope, (&provider.id, run.period), stretch).await?;
        let ready = self.ready(scope, provider, &accounts, copies, left).await?;
        let adapter = self.offering(&provider.id).map(|billing| billing.digest());
        let gists: Result<Vec<String>, _> = ready.iter().map(|copy| gist(&copy.invoice)).collect();
        let gists = gists.map_err(|error| StoreError::Internal(error.into()))?;
        let bills: Vec<_> = ready.iter().zip(&gists).map(|(copy, gist)| RunBill { copy, gist, adapter }).collect();
        let page = RunPage {
            stretch,
            bills: &bills,
            left: left.count,
            look_at: left.look_at,
            until: self.hold_until(),
            now: self.clock.now(),
        };
        Ok(if self.bill_runs.take_up(scope, run.hold, page).await? { Taken::Page(last) } else { Taken::Lost })
    }

    /// Makes the copies as young as the run, where no feed did.
    async fn hear_of_bills(
        &self,
        scope: &TenantScope,
        run: &HeldRun,
        accounts: &[RunAccount],
        sources: Sources,
        left: &mut Left,
    ) {
        let is_old = |account: &&RunAccount| {
            account.age.as_of < Some(run.opened_at) && (sources == Sources::Each || account.is_touched)
        };
        let old: Vec<_> = accounts.iter().filter(is_old).map(|account| account.age.clone()).collect();
        let until = tokio::time::Instant::now() + PATIENCE;
        let asked: Vec<_> = stream::iter(old)
            .map(|age| async move { wait_for(self.start_refresh(scope, CopyKind::Invoices, &age), until).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let again = self.look_again();
        for _ in asked.iter().filter(|answer| answer.is_err()) {
            left.until(again);
        }
    }

    /// The bills that are out, and have their documents as far as they go by mail and there are any.
    async fn ready(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        accounts: &[RunAccount],
        mut copies: Vec<InvoiceCopy>,
        left: &mut Left,
    ) -> Result<Vec<InvoiceCopy>, StoreError> {
        let today = self.today(provider);
        copies.retain(|copy| match copy.invoice.awaited(today) {
            Some(day) => {
                left.until(begins(provider, day).unwrap_or_else(|| self.look_again()));
                false
            }
            None => true,
        });
        let mailed: HashMap<AccountId, &ExternalId> = accounts
            .iter()
            .filter(|account| account.is_mailed)
            .map(|account| (account.age.account, &account.age.external_id))
            .collect();
        let by_mail = copies.iter().filter_map(|copy| Some((copy, *mailed.get(&copy.account)?))).collect();
        let later = self.fetch_documents(scope, provider, by_mail).await?;
        later.values().for_each(|at| left.until(*at));
        copies.retain(|copy| !later.contains_key(&copy.id));
        Ok(copies)
    }
}

//! One page of a run: what is known of its accounts' bills, their documents, and taking them up.

use std::{collections::BTreeSet, time::Duration};

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use komunala_domain::{Provider, ids::AccountId};

use super::{
    documents::{Found, begins},
    gist::gist,
    seats::AT_ONCE,
};
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
/// How long documents of a page are fetched. What is not there then is fetched when its mail is sent.
const FETCHING: Duration = Duration::from_secs(20);
/// When it is looked again for what nobody knows the day of.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

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

/// What is to be done with a bill.
enum Readiness {
    TakeUp,
    Later(Timestamp),
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

    fn look_again(&self) -> Timestamp {
        self.clock.now().checked_add(LOOK_AGAIN).unwrap_or(Timestamp::MAX)
    }

    /// The bills that are out, and have their documents as far as they go by mail. What fails is sent later all the same:
    /// its mail fetches the document itself.
    async fn ready(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        accounts: &[RunAccount],
        copies: Vec<InvoiceCopy>,
        left: &mut Left,
    ) -> Result<Vec<InvoiceCopy>, StoreError> {
        let mailed: BTreeSet<AccountId> =
            accounts.iter().filter(|account| account.is_mailed).map(|account| account.age.account).collect();
        let until = tokio::time::Instant::now() + FETCHING;
        let looked: Vec<_> = stream::iter(copies)
            .map(|copy| {
                let account = accounts.iter().find(|account| account.age.account == copy.account);
                let is_mailed = mailed.contains(&copy.account);
                async move {
                    let looked = async {
                        match account {
                            Some(account) if is_mailed => self.fetched(scope, provider, account, &copy).await,
                            _ => Ok(self.is_out(provider, &copy)),
                        }
                    };
                    let looked = tokio::time::timeout_at(until, looked).await;
                    (looked.unwrap_or(Ok(Readiness::TakeUp)), copy)
                }
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        let mut ready = Vec::with_capacity(looked.len());
        for (readiness, copy) in looked {
            match readiness? {
                Readiness::TakeUp => ready.push(copy),
                Readiness::Later(at) => left.until(at),
            }
        }
        Ok(ready)
    }

    fn is_out(&self, provider: &Provider, bill: &InvoiceCopy) -> Readiness {
        match bill.invoice.awaited(self.today(provider)) {
            Some(day) => Readiness::Later(begins(provider, day).unwrap_or_else(|| self.look_again())),
            None => Readiness::TakeUp,
        }
    }

    async fn fetched(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        account: &RunAccount,
        bill: &InvoiceCopy,
    ) -> Result<Readiness, StoreError> {
        if let later @ Readiness::Later(_) = self.is_out(provider, bill) {
            return Ok(later);
        }
        if let Some(document) = &bill.document
            && self.is_own_document(scope, bill, document).await?
        {
            return Ok(Readiness::TakeUp);
        }
        let _seat = self.document_seats.wait(&provider.id).await;
        Ok(match self.bill_document(scope, bill, &account.age.external_id).await? {
            Found::Later(until) => {
                let day = until.and_then(|day| begins(provider, day));
                Readiness::Later(day.unwrap_or_else(|| self.look_again()).max(self.look_again()))
            }
            Found::Failed(error) => {
                tracing::warn!(provider = %provider.id, invoice = %bill.id, %error,
                    "a document could not be fetched: its mail tries again");
                Readiness::TakeUp
            }
            Found::Kept(_) | Found::None | Found::Anothers => Readiness::TakeUp,
        })
    }
}

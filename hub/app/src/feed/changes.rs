//! Following a feed of changes: a page, kept with the cursor behind it, then the next, until nothing is new.

use std::{collections::BTreeSet, time::Duration};

use komunala_domain::{Capability, Provider, ids::AccountId};

use super::{FeedReport, of_bad_record, of_refusal};
use crate::{
    Hub,
    invoice::contradiction,
    ports::{
        BillingError, BillingSystem, Call, StoreError,
        billing::ChangeKind,
        feeds::{FeedTask, Kept, NewPage, Turn},
        problems::NewProblem,
    },
    scope::{SystemScope, TenantScope},
};

/// Where problems of a feed were met.
const SOURCE: &str = "changes";

/// How long a page may take: a billing system may work out what changed from everything it has.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// The most pages of one kind in one turn; what is left waits for the next.
const MOST_PAGES: usize = 10_000;

/// Accounts before what belongs to them.
pub(crate) const KINDS: [ChangeKind; 3] = [ChangeKind::Account, ChangeKind::Invoice, ChangeKind::Reading];

/// How a feed of one kind came to its end for now.
enum End {
    /// Nothing more is new, or the next turn goes on.
    Reached,
    /// The billing system failed; it may not later.
    Failed(BillingError),
    /// Another replica has the turn by now.
    TurnLost,
}

impl Hub {
    /// Takes in what changed since the last time; `None` when it is not due, somebody else does it, or the provider has
    /// no feed. For a worker.
    pub async fn follow_changes(
        &self,
        scope: &SystemScope,
        provider: &Provider,
    ) -> Result<Option<FeedReport>, StoreError> {
        let scope = &scope.tenant(provider.tenant.clone());
        let Ok(billing) = self.billing(&provider.id, Capability::Changes) else { return Ok(None) };
        let Some(turn) = self.take_turn(scope, &provider.id, FeedTask::Changes).await? else { return Ok(None) };
        let mut report = FeedReport::default();
        for kind in KINDS {
            match self.follow(scope, &turn, billing.as_ref(), kind, &mut report).await? {
                End::Reached => {}
                End::TurnLost => return Ok(Some(report)),
                // the other kinds may do better
                End::Failed(error) => {
                    self.feeds.failed(scope, &turn, kind, self.clock.now()).await?;
                    report.ended_by = Some(error);
                }
            }
        }
        self.end_turn(scope, &turn, self.feed.of(provider).every, report.ended_by.is_some()).await?;
        Ok(Some(report))
    }

    async fn follow(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        billing: &dyn BillingSystem,
        kind: ChangeKind,
        report: &mut FeedReport,
    ) -> Result<End, StoreError> {
        let mut cursor = self.feeds.place(scope, &turn.provider, kind).await?.cursor;
        let mut whole: BTreeSet<AccountId> = BTreeSet::new();
        for _ in 0..MOST_PAGES {
            let asked_at = self.clock.now();
            let asked = billing.changes(Call::within(PATIENCE), kind, cursor.as_deref(), self.feed.page);
            let Some(answer) = self.holding(scope, turn, asked).await else { return Ok(End::TurnLost) };
            let page = match answer {
                Ok(page) => page,
                Err(BillingError::NotFound | BillingError::NotOffered(_)) => {
                    self.feeds.has_none(scope, turn, kind, asked_at).await?;
                    return Ok(End::Reached);
                }
                Err(error) => {
                    let problems = of_refusal(SOURCE, &format!("a page of {}", name(kind)), &error).unwrap_or_default();
                    self.put_aside(scope, turn, &problems, report).await?;
                    return Ok(End::Failed(error));
                }
            };
            let mut problems: Vec<_> = page.problems.iter().map(|record| of_bad_record(SOURCE, record)).collect();
            problems.extend(contradiction::of_bills(page.upserts.iter().filter_map(|upsert| upsert.record.invoice())));
            let kept = NewPage { kind, page: &page, asked_at, until: self.until(), now: self.clock.now() };
            match self.feeds.keep_page(scope, turn, kept).await? {
                Kept::Applied { accounts, records } => {
                    report.records += records;
                    whole.extend(accounts);
                }
                Kept::TurnLost => return Ok(End::TurnLost),
                Kept::Foreign { subject } => {
                    let detail = "is claimed by another customer than before: its page was refused".to_owned();
                    let problem = NewProblem { source: SOURCE, subject, field: "account".to_owned(), detail };
                    self.put_aside(scope, turn, &[problem], report).await?;
                    let problem = "belongs to another customer".to_owned();
                    return Ok(End::Failed(BillingError::InvalidAnswer { field: "account".to_owned(), problem }));
                }
            }
            self.put_aside(scope, turn, &problems, report).await?;
            if cursor.as_ref() == Some(&page.next) {
                let accounts: Vec<_> = whole.into_iter().collect();
                self.feeds.caught_up(scope, turn, kind, &accounts, asked_at).await?;
                // the round is as old as the kind that was asked first
                report.as_of = Some(report.as_of.map_or(asked_at, |before| before.min(asked_at)));
                return Ok(End::Reached);
            }
            cursor = Some(page.next);
        }
        Ok(End::Reached)
    }

    async fn put_aside(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        problems: &[NewProblem],
        report: &mut FeedReport,
    ) -> Result<(), StoreError> {
        report.problems += problems.len() as u64;
        self.problems.record(scope, &turn.provider, problems, self.clock.now()).await
    }
}

fn name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Account => "accounts",
        ChangeKind::Invoice => "invoices",
        ChangeKind::Reading => "readings",
    }
}

//! One exchange of files: what is complete is taken in, in its order; what was written is handed over.

use std::{collections::HashSet, time::Duration};

use komunala_domain::{Capability, Provider};

use super::{keys::BookKeys, take_in::Taken};
use crate::{
    Hub,
    feed::{FeedReport, of_bad_record, of_refusal},
    ports::{
        BillingError, Call, FileExchange, StoreError,
        billing::BadRecord,
        feeds::{FeedTask, Turn},
        files::ListedFile,
        imports::ImportState,
    },
    scope::{SystemScope, TenantScope},
};

/// Where problems of files were met.
pub(super) const SOURCE: &str = "files";

/// How long listing and handing over may take: both may read whole files.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Files of a page of the list.
const LISTED: u32 = 1_000;

/// The most pages of the list.
const MOST_PAGES: usize = 1_000;

/// So many files that fail end an exchange: it is not they that are wrong then.
const MOST_FAILURES: usize = 3;

impl Hub {
    /// Takes in the files that are new; `None` when it is not due, somebody else does it, or the provider exchanges no
    /// files. For a worker.
    pub async fn take_in_files(
        &self,
        scope: &SystemScope,
        provider: &Provider,
    ) -> Result<Option<FeedReport>, StoreError> {
        let scope = &scope.tenant(provider.tenant.clone());
        let Ok(billing) = self.billing(&provider.id, Capability::Files) else { return Ok(None) };
        let Some(files) = billing.files() else { return Ok(None) };
        let Some(turn) = self.take_turn(scope, &provider.id, FeedTask::Files).await? else { return Ok(None) };
        let mut report = FeedReport::default();
        let (new, horizon) = match self.new_files(scope, &turn, files, &mut report).await? {
            None => return Ok(Some(report)),
            Some(Ok(found)) => found,
            Some(Err(error)) => {
                report.ended_by = Some(error);
                (Vec::new(), 0)
            }
        };
        let keys = BookKeys::of(&self.keys, &provider.id);
        let mut failures = 0;
        for file in &new {
            match self.take_in(scope, &turn, files, &keys, file, horizon, &mut report).await? {
                Taken::Done => report.files += 1,
                Taken::Refused => report.refused += 1,
                Taken::Gone => {}
                Taken::TurnLost => return Ok(Some(report)),
                Taken::Failed(error) => {
                    tracing::warn!(provider = %provider.id, file = %file.id, %error, "a file could not be read");
                    report.ended_by = Some(error);
                    failures += 1;
                }
            }
            if failures == MOST_FAILURES {
                break;
            }
        }
        report.as_of = self.imports.taken_in_at(scope, &provider.id).await?;
        self.end_turn(scope, &turn, self.feed.of(provider).every, report.ended_by.is_some()).await?;
        Ok(Some(report))
    }

    /// The files that are complete and not yet settled, and the highest place of all. One that was sent again is new.
    /// `None` when another replica has the turn by now.
    async fn new_files(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        files: &dyn FileExchange,
        report: &mut FeedReport,
    ) -> Result<Option<Result<(Vec<ListedFile>, u64), BillingError>>, StoreError> {
        let known = self.imports.known(scope, &turn.provider).await?;
        let settled: HashSet<_> = known
            .into_iter()
            .filter(|file| matches!(file.state, ImportState::Done | ImportState::Refused))
            .map(|file| (file.id, file.fingerprint))
            .collect();
        let (mut new, mut horizon, mut cursor) = (Vec::new(), 0, None);
        for _ in 0..MOST_PAGES {
            let listed = files.list_files(Call::within(PATIENCE), cursor.as_deref(), LISTED);
            let Some(answer) = self.holding(scope, turn, listed).await else { return Ok(None) };
            let page = match answer {
                Ok(page) => page,
                Err(error) => {
                    let problems = of_refusal(SOURCE, "the list of files", &error).unwrap_or_default();
                    report.problems += problems.len() as u64;
                    self.problems.record(scope, &turn.provider, &problems, self.clock.now()).await?;
                    return Ok(Some(Err(error)));
                }
            };
            self.put_records_aside(scope, turn, &page.problems, report).await?;
            horizon = page.files.iter().map(|file| file.sequence).fold(horizon, u64::max);
            new.extend(
                page.files.into_iter().filter(|file| !settled.contains(&(file.id.clone(), file.fingerprint.clone()))),
            );
            match page.next {
                None => break,
                next if next == cursor => break,
                next => cursor = next,
            }
        }
        Ok(Some(Ok((new, horizon))))
    }

    /// Hands over what was written for the billing system; `None` when it is not due, somebody else does it, or the
    /// provider exchanges no files. For a worker.
    pub async fn hand_over_writes(
        &self,
        scope: &SystemScope,
        provider: &Provider,
    ) -> Result<Option<FeedReport>, StoreError> {
        let scope = &scope.tenant(provider.tenant.clone());
        let Ok(billing) = self.billing(&provider.id, Capability::Files) else { return Ok(None) };
        let Some(files) = billing.files() else { return Ok(None) };
        let Some(turn) = self.take_turn(scope, &provider.id, FeedTask::HandOver).await? else { return Ok(None) };
        let mut report = FeedReport::default();
        let handing_over = files.hand_over(Call::within(PATIENCE));
        let Some(answer) = self.holding(scope, &turn, handing_over).await else { return Ok(Some(report)) };
        match answer {
            Ok(handed_over) => {
                report.handed_over = handed_over.rows;
                self.put_records_aside(scope, &turn, &handed_over.problems, &mut report).await?;
            }
            Err(error) => {
                let problems = of_refusal(SOURCE, "the handing over", &error).unwrap_or_default();
                self.problems.record(scope, &turn.provider, &problems, self.clock.now()).await?;
                report.ended_by = Some(error);
            }
        }
        self.end_turn(scope, &turn, self.feed.of(provider).hand_over_every, report.ended_by.is_some()).await?;
        Ok(Some(report))
    }

    async fn put_records_aside(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        records: &[BadRecord],
        report: &mut FeedReport,
    ) -> Result<(), StoreError> {
        let problems: Vec<_> = records.iter().map(|record| of_bad_record(SOURCE, record)).collect();
        report.problems += problems.len() as u64;
        self.problems.record(scope, &turn.provider, &problems, self.clock.now()).await
    }
}

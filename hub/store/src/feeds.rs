//! Feeds of changes: whose turn it is, where each feed stands, and what of its pages is kept.

mod due;
mod page;
pub(crate) mod turn;
mod versions;

use async_trait::async_trait;
use fail::fail_point;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Feeds, StoreError,
        billing::ChangeKind,
        copies::{CopyAge, CopyKind},
        feeds::{FeedPlace, FeedTask, Kept, NewPage, Turn},
    },
    scope::{SystemScope, TenantScope},
};
use komunala_domain::{ProviderId, ids::AccountId};
use sea_orm::Value;

use crate::{
    Store,
    columns::{Word, column, micros, time_if_any},
    database::{Rows, Tx},
};

const WHAT: &str = "feed";

#[async_trait]
impl Feeds for Store {
    async fn take_turn(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let work = |tx| turn::take(tx, scope.tenant(), turn, until, now);
        self.database.write(scope.tenant(), "store.take_turn", work).await
    }

    async fn renew_turn(&self, scope: &TenantScope, turn: &Turn, until: Timestamp) -> Result<bool, StoreError> {
        let work = |tx: Tx| async move { turn::hold(&tx, scope.tenant(), turn, Some(until)).await };
        self.database.write(scope.tenant(), "store.renew_turn", work).await
    }

    async fn end_turn(&self, scope: &TenantScope, turn: &Turn, due: Timestamp) -> Result<(), StoreError> {
        let work = |tx| turn::end(tx, scope.tenant(), turn, due);
        self.database.write(scope.tenant(), "store.end_turn", work).await
    }

    async fn hasten(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        task: FeedTask,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| turn::hasten(tx, scope.tenant(), (provider, task), now);
        self.database.write(scope.tenant(), "store.hasten_turn", work).await
    }

    async fn place(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        kind: ChangeKind,
    ) -> Result<FeedPlace, StoreError> {
        let sql = "SELECT cursor, caught_up_at, kept_at, failing_since FROM feeds
                   WHERE tenant = $1 AND provider = $2 AND kind = $3";
        let values = vec![scope.tenant().as_str().into(), provider.as_str().into(), kind.word().into()];
        let rows = self.database.select(scope.tenant(), "store.feed_place", sql, values).await?;
        let Some(row) = rows.first() else { return Ok(FeedPlace::default()) };
        let time = |index| time_if_any(WHAT, column(WHAT, row, index)?);
        Ok(FeedPlace {
            cursor: column(WHAT, row, 0)?,
            caught_up_at: time(1)?,
            kept_at: time(2)?,
            failing_since: time(3)?,
        })
    }

    async fn keep_page(&self, scope: &TenantScope, turn: &Turn, page: NewPage<'_>) -> Result<Kept, StoreError> {
        let work = |tx| page::keep(tx, scope.tenant(), turn, page);
        let kept = self.database.write(Rows::page_of(scope.tenant()), "store.keep_page", work).await;
        fail_point!("store::page_kept");
        kept
    }

    async fn caught_up(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        kind: ChangeKind,
        accounts: &[AccountId],
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let copies = match kind {
            ChangeKind::Account => CopyKind::Account,
            ChangeKind::Invoice => CopyKind::Invoices,
            ChangeKind::Reading => CopyKind::Readings,
        };
        let work = |tx: Tx| async move {
            if !turn::hold(&tx, scope.tenant(), turn, None).await? {
                return Ok(());
            }
            let sql = "UPDATE feeds SET caught_up_at = $4 WHERE tenant = $1 AND provider = $2 AND kind = $3";
            tx.execute(sql, of_kind(scope, turn, kind, as_of)).await?;
            crate::copies::age::raise(&tx, scope.tenant(), accounts, copies, as_of).await
        };
        self.database.write(scope.tenant(), "store.caught_up", work).await
    }

    async fn has_none(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        kind: ChangeKind,
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO feeds (tenant, provider, kind, caught_up_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant, provider, kind) DO UPDATE
                   SET cursor = NULL, caught_up_at = excluded.caught_up_at, failing_since = NULL";
        self.note_of_feed("store.has_no_feed", sql, (scope, turn), of_kind(scope, turn, kind, as_of)).await
    }

    async fn failed(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        kind: ChangeKind,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO feeds (tenant, provider, kind, failing_since) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant, provider, kind) DO UPDATE
                   SET failing_since = COALESCE(feeds.failing_since, excluded.failing_since)";
        self.note_of_feed("store.feed_failed", sql, (scope, turn), of_kind(scope, turn, kind, now)).await
    }

    async fn due_accounts(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        older_than: Option<Timestamp>,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<CopyAge>, StoreError> {
        let work = |tx| due::take(tx, scope.tenant(), provider, older_than, limit, now);
        self.database.write(scope.tenant(), "store.due_accounts", work).await
    }

    async fn asked(&self, scope: &TenantScope, account: AccountId, asked_at: Timestamp) -> Result<(), StoreError> {
        // one that was touched again meanwhile stays due
        let sql = "UPDATE accounts SET touched_at = NULL WHERE tenant = $1 AND id = $2 AND touched_at <= $3";
        let values = || vec![scope.tenant().as_str().into(), account.uuid().into(), micros(asked_at).into()];
        let work = |tx: Tx| async move { Ok(tx.execute(sql, values()).await.map(|_| ())?) };
        self.database.write(scope.tenant(), "store.account_asked", work).await
    }

    async fn forget_removed(&self, _: &SystemScope, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM feed_versions WHERE version IS NULL AND seen_at < $1";
        let work = |tx: Tx| async move { Ok(tx.execute(sql, vec![micros(before).into()]).await?) };
        self.database.write(Rows::All, "store.forget_removed", work).await
    }
}

impl Store {
    /// Writes down what happened to a feed, if it is still the turn of whoever says so.
    async fn note_of_feed(
        &self,
        operation: &'static str,
        sql: &str,
        (scope, turn): (&TenantScope, &Turn),
        values: Vec<Value>,
    ) -> Result<(), StoreError> {
        let values = &values;
        let work = |tx: Tx| async move {
            if turn::hold(&tx, scope.tenant(), turn, None).await? {
                tx.execute(sql, values.clone()).await?;
            }
            Ok(())
        };
        self.database.write(scope.tenant(), operation, work).await
    }
}

/// `$1` to `$4` of a statement about what happened to a feed at some time.
fn of_kind(scope: &TenantScope, turn: &Turn, kind: ChangeKind, at: Timestamp) -> Vec<Value> {
    vec![scope.tenant().as_str().into(), turn.provider.as_str().into(), kind.word().into(), micros(at).into()]
}

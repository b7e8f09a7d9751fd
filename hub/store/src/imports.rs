//! Files that were taken in and their sealed rows. What counts is decided here alone, by the state and the sequence of
//! a row's file.

mod acknowledged;
mod files;
mod find;
mod linked;
mod rows;
mod sweep;

use async_trait::async_trait;
use fail::fail_point;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Imports, StoreError,
        accounts::Lapse,
        feeds::Turn,
        files::ListedFile,
        imports::{Acknowledged, KeptRow, KnownFile, Lookup, SealedPortion, Taking},
        problems::NewProblem,
    },
    scope::{SystemScope, TenantScope},
};
use komunala_domain::{ExternalId, ProviderId, ids::AccountId};
use sea_orm::Value;

use crate::{
    Store,
    columns::{column, time_if_any},
    database::Rows,
};

/// What errors call a row of `import_files`.
const WHAT: &str = "file";

#[async_trait]
impl Imports for Store {
    async fn known(&self, scope: &TenantScope, provider: &ProviderId) -> Result<Vec<KnownFile>, StoreError> {
        let sql = "SELECT external_id, fingerprint, state FROM import_files WHERE tenant = $1 AND provider = $2";
        let values = vec![scope.tenant().as_str().into(), provider.as_str().into()];
        let rows = self.database.select(scope.tenant(), "store.known_files", sql, values).await?;
        rows.iter().map(files::read_known).collect()
    }

    async fn begin(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        file: &ListedFile,
        now: Timestamp,
    ) -> Result<Option<Taking>, StoreError> {
        let work = |tx| files::begin(tx, scope.tenant(), turn, file, now);
        self.database.write(scope.tenant(), "store.begin_file", work).await
    }

    async fn keep_portion(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        portion: &SealedPortion,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let work = |tx| files::keep_portion(tx, scope.tenant(), turn, taking, portion, until, now);
        let kept = self.database.write(Rows::page_of(scope.tenant()), "store.keep_portion", work).await;
        fail_point!("store::portion_kept");
        kept
    }

    async fn finish(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        lapses: &[(AccountId, Lapse)],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        fail_point!("store::before_file_counts");
        let work = |tx| files::finish(tx, scope.tenant(), turn, taking, lapses, now);
        self.database.write(scope.tenant(), "store.finish_file", work).await
    }

    async fn refuse(
        &self,
        scope: &TenantScope,
        turn: &Turn,
        taking: &Taking,
        problems: &[NewProblem],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let work = |tx| files::refuse(tx, scope.tenant(), turn, taking, problems, now);
        self.database.write(scope.tenant(), "store.refuse_file", work).await
    }

    async fn abandon(&self, scope: &TenantScope, turn: &Turn, taking: &Taking) -> Result<bool, StoreError> {
        let work = |tx| files::abandon(tx, scope.tenant(), turn, taking);
        self.database.write(scope.tenant(), "store.abandon_file", work).await
    }

    async fn find(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        lookups: &[Lookup],
    ) -> Result<Vec<KeptRow>, StoreError> {
        let query = |lookups: &[Lookup]| find::counting(scope.tenant(), provider, lookups);
        self.look_up(scope, "store.find_rows", lookups, query).await
    }

    async fn find_in(
        &self,
        scope: &TenantScope,
        taking: &Taking,
        lookups: &[Lookup],
    ) -> Result<Vec<KeptRow>, StoreError> {
        let query = |lookups: &[Lookup]| find::of_file(scope.tenant(), taking, lookups);
        self.look_up(scope, "store.find_rows_of_file", lookups, query).await
    }

    async fn taken_in_at(&self, scope: &TenantScope, provider: &ProviderId) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT MAX(done_at) FROM import_files WHERE tenant = $1 AND provider = $2 AND state = 'done'";
        let values = vec![scope.tenant().as_str().into(), provider.as_str().into()];
        let rows = self.database.select(scope.tenant(), "store.taken_in_at", sql, values).await?;
        let at = rows.first().map(|row| column(WHAT, row, 0)).transpose()?;
        time_if_any(WHAT, at.flatten())
    }

    async fn acknowledged(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        sequence: u64,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Acknowledged>, StoreError> {
        let (sql, values) = acknowledged::list(scope.tenant(), provider, sequence, after, limit);
        let rows = self.database.select(scope.tenant(), "store.acknowledged", sql, values).await?;
        rows.iter().map(acknowledged::read).collect()
    }

    async fn linked(
        &self,
        scope: &TenantScope,
        provider: &ProviderId,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<(AccountId, ExternalId)>, StoreError> {
        let (sql, values) = linked::list(scope.tenant(), provider, after, limit);
        let rows = self.database.select(scope.tenant(), "store.linked_accounts", sql, values).await?;
        rows.iter().map(linked::read).collect()
    }

    async fn sweep_rows(
        &self,
        _: &SystemScope,
        before: Timestamp,
        of_their_own: &[(ProviderId, Timestamp)],
    ) -> Result<u64, StoreError> {
        self.database.write(Rows::All, "store.sweep_rows", |tx| sweep::sweep(tx, before, of_their_own)).await
    }
}

impl Store {
    /// The rows that `query` finds, a portion of the lookups at a time.
    async fn look_up(
        &self,
        scope: &TenantScope,
        operation: &'static str,
        lookups: &[Lookup],
        query: impl Fn(&[Lookup]) -> (String, Vec<Value>) + Send + Sync,
    ) -> Result<Vec<KeptRow>, StoreError> {
        let mut found = Vec::new();
        for lookups in lookups.chunks(find::CHUNK) {
            let (sql, values) = query(lookups);
            let rows = self.database.select(scope.tenant(), operation, sql, values).await?;
            for row in &rows {
                found.push(find::read(row)?);
            }
        }
        Ok(found)
    }
}

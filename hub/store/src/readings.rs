//! Meter readings: one per meter, day and source, whether it was submitted or told by the billing system.

mod desk;
pub(crate) mod keep;
mod page;
mod settle;
mod take_in;
mod tell;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Readings, StoreError,
        readings::{FoundMeter, NewReading, ReadingCopy, ReadingCursor, ReadingsOf, Settlement, TakenIn, Unsettled},
    },
    scope::{DeskScope, SystemScope, TenantScope, UserScope},
};
use komunala_domain::{
    ProviderId, Reading, TenantId,
    ids::{AccountId, ReadingId, SupplyPointId, UserId},
};
use sea_orm::Value;

use self::take_in::By;
use crate::{
    Store,
    accounts::Reach,
    database::{Failure, Rows, Tx},
};

#[async_trait]
impl Readings for Store {
    async fn list(
        &self,
        scope: &UserScope,
        of: ReadingsOf,
        after: Option<ReadingCursor>,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError> {
        let Some(reach) = Reach::of_any(scope) else { return Ok(Vec::new()) };
        let statement = page::list(reach, of, after, limit);
        self.copies_of(scope.tenant().tenant(), "store.readings", statement, Some(scope.user())).await
    }

    async fn of_point(
        &self,
        scope: &UserScope,
        point: SupplyPointId,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError> {
        let Some(reach) = Reach::of_any(scope) else { return Ok(Vec::new()) };
        let (sql, values) = page::list(reach, ReadingsOf::Point(point), None, limit);
        let rows = self.database.select(scope.tenant().tenant(), "store.readings_of_point", sql, values).await?;
        rows.iter().map(page::read).collect()
    }

    async fn get(&self, scope: &UserScope, id: ReadingId) -> Result<Option<ReadingCopy>, StoreError> {
        let Some(reach) = Reach::of_any(scope) else { return Ok(None) };
        let statement = page::one(reach, id);
        let found = self.copies_of(scope.tenant().tenant(), "store.reading", statement, Some(scope.user())).await?;
        Ok(found.into_iter().next())
    }

    async fn history(&self, scope: &TenantScope, point: SupplyPointId, limit: u32) -> Result<Vec<Reading>, StoreError> {
        let (sql, values) = page::history(scope.tenant(), point, limit);
        let rows = self.database.select(scope.tenant(), "store.reading_history", sql, values).await?;
        rows.iter().map(|row| page::content(row, 0)).collect()
    }

    async fn submit(&self, scope: &UserScope, new: &NewReading) -> Result<TakenIn, StoreError> {
        let tenant = scope.tenant().tenant();
        let work = |tx| take_in::take_in(tx, tenant, By::User(scope.user()), new);
        self.database.write(tenant, "store.submit_reading", work).await
    }

    async fn enter(&self, scope: &DeskScope, new: &NewReading) -> Result<TakenIn, StoreError> {
        let tenant = scope.tenant().tenant();
        let work = |tx| take_in::take_in(tx, tenant, By::Operator(scope.operator()), new);
        self.database.write(tenant, "store.enter_reading", work).await
    }

    async fn settle(&self, scope: &TenantScope, id: ReadingId, settlement: &Settlement) -> Result<(), StoreError> {
        let work = |tx| settle::settle(tx, scope.tenant(), id, settlement);
        self.database.write(scope.tenant(), "store.settle_reading", work).await
    }

    async fn for_mail(&self, scope: &TenantScope, id: ReadingId) -> Result<Option<Reading>, StoreError> {
        let sql = "SELECT content FROM readings WHERE tenant = $1 AND id = $2";
        let values = vec![scope.tenant().as_str().into(), id.uuid().into()];
        let rows = self.database.select(scope.tenant(), "store.reading_for_mail", sql, values).await?;
        rows.first().map(|row| page::content(row, 0)).transpose()
    }

    async fn with_meter(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        serial_number: &str,
    ) -> Result<Vec<FoundMeter>, StoreError> {
        let tenant = scope.tenant().tenant();
        let (sql, values) = desk::with_meter(tenant, provider, serial_number);
        let rows = self.database.select(tenant, "store.accounts_with_meter", sql, values).await?;
        rows.iter().map(|row| desk::found(self.database.vault().copies(), row)).collect()
    }

    async fn handed_in(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        after: Option<ReadingId>,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError> {
        let tenant = scope.tenant().tenant();
        let statement = desk::handed_in(tenant, provider, after, limit);
        self.copies_of(tenant, "store.readings_handed_in", statement, None).await
    }

    async fn handed_in_one(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: ReadingId,
    ) -> Result<Option<ReadingCopy>, StoreError> {
        let tenant = scope.tenant().tenant();
        let statement = desk::one(tenant, provider, id);
        Ok(self.copies_of(tenant, "store.reading_handed_in", statement, None).await?.into_iter().next())
    }

    async fn unsettled(&self, _: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Unsettled>, StoreError> {
        self.database.write(Rows::All, "store.unsettled_readings", |tx| settle::unsettled(tx, limit, now)).await
    }

    async fn keep(
        &self,
        scope: &TenantScope,
        account: AccountId,
        readings: &[Reading],
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| keep::keep(tx, scope.tenant(), account, readings, as_of);
        self.database.write(scope.tenant(), "store.keep_readings", work).await
    }
}

impl Store {
    /// What a statement finds, with the photos of one user, or of all.
    async fn copies_of(
        &self,
        tenant: &TenantId,
        operation: &'static str,
        (sql, values): (String, Vec<Value>),
        user: Option<UserId>,
    ) -> Result<Vec<ReadingCopy>, StoreError> {
        let rows = self.database.select(tenant, operation, sql, values).await?;
        let mut copies: Vec<ReadingCopy> = rows.iter().map(page::read).collect::<Result<_, _>>()?;
        let ids: Vec<_> = copies.iter().map(|copy| copy.id).collect();
        for (reading, photo) in self.photos_of(tenant, &ids, user).await? {
            if let Some(copy) = copies.iter_mut().find(|copy| copy.id == reading) {
                copy.photos.push(photo);
            }
        }
        Ok(copies)
    }
}

/// Leaves nothing of who handed readings in: what was read stays, it is the account's.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<(), Failure> {
    let sql = "UPDATE readings SET tell_user = NULL WHERE tenant = $1 AND tell_user = $2";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    Ok(())
}

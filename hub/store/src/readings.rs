//! Meter readings: one per meter, day and source, whether it was submitted or told by the billing system.

pub(crate) mod keep;
mod page;
mod settle;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Readings, StoreError, Written,
        readings::{NewReading, ReadingCopy, ReadingCursor, Unsettled},
    },
    scope::{SystemScope, TenantScope, UserScope},
};
use komunala_domain::{
    Reading,
    ids::{AccountId, MeterId, ReadingId, SupplyPointId},
    reading::ReadingState,
};

use crate::{
    Store,
    accounts::Reach,
    columns::{Word, damaged, day, json, micros, storable},
    database::{Failure, Rows, Tx},
    requests,
};

/// How long whoever has a submitted reading in hand has before it is somebody else's.
const LEASE: SignedDuration = SignedDuration::from_mins(1);

#[async_trait]
impl Readings for Store {
    async fn list(
        &self,
        scope: &UserScope,
        meter: MeterId,
        after: Option<ReadingCursor>,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError> {
        let Some(reach) = Reach::of_any(scope) else { return Ok(Vec::new()) };
        let (sql, values) = page::of_meter(reach, meter, after, limit);
        let rows = self.database.select(scope.tenant().tenant(), "store.readings", sql, values).await?;
        rows.iter().map(page::read).collect()
    }

    async fn of_point(
        &self,
        scope: &UserScope,
        point: SupplyPointId,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, StoreError> {
        let Some(reach) = Reach::of_any(scope) else { return Ok(Vec::new()) };
        let (sql, values) = page::of_point(reach, point, limit);
        let rows = self.database.select(scope.tenant().tenant(), "store.readings_of_point", sql, values).await?;
        rows.iter().map(page::read).collect()
    }

    async fn get(&self, scope: &UserScope, id: ReadingId) -> Result<Option<ReadingCopy>, StoreError> {
        let Some(reach) = Reach::of_any(scope) else { return Ok(None) };
        let (sql, values) = page::one(reach, id);
        let rows = self.database.select(scope.tenant().tenant(), "store.reading", sql, values).await?;
        rows.first().map(page::read).transpose()
    }

    async fn submit(&self, scope: &UserScope, new: NewReading) -> Result<Written<()>, StoreError> {
        let new = &new;
        self.database.write(scope.tenant().tenant(), "store.submit_reading", |tx| submit(tx, scope, new)).await
    }

    async fn settle(
        &self,
        scope: &TenantScope,
        id: ReadingId,
        state: ReadingState,
        reason: Option<&str>,
        ask_again: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        // what the billing system has booked stays booked, whichever answer comes last
        let sql = "UPDATE readings SET state = $3, reason = $4, ask_at = $5
                   WHERE tenant = $1 AND id = $2 AND state <> 'posted'";
        let values = [
            scope.tenant().as_str().into(),
            id.uuid().into(),
            state.word().into(),
            reason.map(storable).into(),
            ask_again.map(micros).into(),
        ];
        let values = &values;
        let work = |tx: Tx| async move { Ok(tx.execute(sql, values.to_vec()).await?) };
        self.database.write(scope.tenant(), "store.settle_reading", work).await.map(|_| ())
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

async fn submit(tx: Tx, scope: &UserScope, new: &NewReading) -> Result<Written<()>, Failure> {
    let tenant = scope.tenant().tenant();
    crate::accounts::lock(&tx, tenant, new.account).await?;
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, &new.id.to_string(), new.now).await? {
        return Ok(Written::Before(answer));
    }
    let meter = "SELECT m.id FROM meters m JOIN supply_points p ON p.id = m.point_id
                 WHERE m.tenant = $1 AND p.tenant = $1 AND p.account_id = $2 AND p.id = $3 AND m.id = $4";
    let values =
        vec![tenant.as_str().into(), new.account.uuid().into(), new.point.uuid().into(), new.meter.uuid().into()];
    if tx.row(meter, values).await?.is_none() {
        return Err(damaged("reading", "its meter is not the account's").into());
    }
    // the newest replaces another one of the day, and takes its own id: it is another submission towards billing
    tx.execute(
        "INSERT INTO readings (id, tenant, account_id, meter_id, date, source, content, state, as_of, tries, ask_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'received', $8, 0, $9)
         ON CONFLICT (meter_id, date, source) DO UPDATE
         SET id = excluded.id, content = excluded.content, state = excluded.state, reason = NULL,
             as_of = excluded.as_of, tries = 0, ask_at = excluded.ask_at",
        vec![
            new.id.uuid().into(),
            tenant.as_str().into(),
            new.account.uuid().into(),
            new.meter.uuid().into(),
            day(new.reading.date).into(),
            new.reading.source.word().into(),
            json(&new.reading)?.into(),
            micros(new.now).into(),
            // whoever submits hands it to the billing system; if that one dies, a worker does
            micros(new.now + LEASE).into(),
        ],
    )
    .await?;
    Ok(Written::Now(()))
}

//! Measured values: a row per supply point, selection and day.

mod packed;

use async_trait::async_trait;
use jiff::civil::Date;
use komunala_app::{
    ports::{Intervals, StoreError, intervals::IntervalDay},
    scope::{TenantScope, UserScope},
};
use komunala_domain::{
    TenantId,
    ids::{AccountId, SupplyPointId},
    interval::Selection,
};
use sea_orm::QueryResult;

use self::packed::Packed;
use crate::{
    Store,
    accounts::Reach,
    columns::{Word, column, damaged, date, day, from_json, json, micros, time},
    database::{Failure, Tx},
};

const WHAT: &str = "interval day";

#[async_trait]
impl Intervals for Store {
    async fn days(
        &self,
        scope: &UserScope,
        point: SupplyPointId,
        selection: Selection,
        first: Date,
        last: Date,
    ) -> Result<Vec<IntervalDay>, StoreError> {
        let Some(mut reach) = Reach::of_any(scope) else { return Ok(Vec::new()) };
        let condition = reach.condition().to_owned();
        let point = reach.value(point.uuid());
        let (measure, direction) = (reach.value(selection.measure.word()), reach.value(selection.direction.word()));
        let (first, last) = (reach.value(day(first)), reach.value(day(last)));
        let sql = format!(
            "SELECT d.day, d.content, d.as_of
             FROM interval_days d JOIN supply_points p ON p.id = d.point_id
             JOIN links l ON l.account_id = p.account_id JOIN accounts a ON a.id = p.account_id
             WHERE {condition} AND d.tenant = $1 AND p.tenant = $1 AND d.point_id = {point}
             AND d.measure = {measure} AND d.direction = {direction} AND d.day >= {first} AND d.day <= {last}
             ORDER BY d.day"
        );
        let tenant = scope.tenant().tenant();
        let rows = self.database.select(tenant, "store.interval_days", sql, reach.into_values()).await?;
        rows.iter().map(read).collect()
    }

    async fn keep_days(
        &self,
        scope: &TenantScope,
        account: AccountId,
        point: SupplyPointId,
        selection: Selection,
        days: &[IntervalDay],
    ) -> Result<(), StoreError> {
        let work = |tx| keep(tx, scope.tenant(), account, point, selection, days);
        self.database.write(scope.tenant(), "store.keep_interval_days", work).await
    }
}

fn read(row: &QueryResult) -> Result<IntervalDay, StoreError> {
    let day = date(WHAT, row, 0)?;
    let packed: Vec<Packed> = from_json(WHAT, &column::<String>(WHAT, row, 1)?)?;
    Ok(IntervalDay {
        day,
        series: packed
            .into_iter()
            .map(Packed::unpack)
            .collect::<Option<_>>()
            .ok_or_else(|| damaged(WHAT, "its values and their moments are not as many, or are out of range"))?,
        as_of: time(WHAT, column(WHAT, row, 2)?)?,
    })
}

async fn keep(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    point: SupplyPointId,
    selection: Selection,
    days: &[IntervalDay],
) -> Result<(), Failure> {
    let of_account = "SELECT id FROM supply_points WHERE tenant = $1 AND account_id = $2 AND id = $3";
    let values = vec![tenant.as_str().into(), account.uuid().into(), point.uuid().into()];
    if tx.row(of_account, values).await?.is_none() {
        return Err(damaged(WHAT, "its supply point is not the account's").into());
    }
    for of_day in days {
        let packed: Vec<Packed> = of_day.series.iter().map(Packed::of).collect();
        tx.execute(
            "INSERT INTO interval_days (point_id, measure, direction, day, tenant, content, as_of)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (point_id, measure, direction, day) DO UPDATE
             SET content = excluded.content, as_of = excluded.as_of WHERE interval_days.as_of <= excluded.as_of",
            vec![
                point.uuid().into(),
                selection.measure.word().into(),
                selection.direction.word().into(),
                day(of_day.day).into(),
                tenant.as_str().into(),
                json(&packed)?.into(),
                micros(of_day.as_of).into(),
            ],
        )
        .await?;
    }
    Ok(())
}

//! What a supply point measured on a day that nobody waits for any more.

use anyhow::{Context, ensure};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use komunala_grpc::proto::v1::{Account, Interval, ListIntervalsRequest};

use crate::Customer;

/// The quarter-hours of three days ago at an account's first supply point in Slovenia: 92, 96 or 100 of them.
pub async fn quarter_hours(customer: &Customer, account: &Account) -> anyhow::Result<(Date, Vec<Interval>)> {
    let zone = TimeZone::get("Europe/Ljubljana")?;
    let day = Timestamp::now().to_zoned(zone.clone()).date().checked_sub(3.days())?;
    let midnight = |day: Date| -> anyhow::Result<_> {
        Ok(prost_types::Timestamp { seconds: day.to_zoned(zone.clone())?.timestamp().as_second(), nanos: 0 })
    };
    let request = ListIntervalsRequest {
        parent: account.supply_points.first().context("no supply point")?.name.clone(),
        start_time: Some(midnight(day)?),
        end_time: Some(midnight(day.tomorrow()?)?),
        page_size: 200,
        ..Default::default()
    };
    let values = customer.readings().list_intervals(request).await?.into_inner().intervals;
    ensure!([92, 96, 100].contains(&values.len()), "{} quarter-hours", values.len());
    Ok((day, values))
}

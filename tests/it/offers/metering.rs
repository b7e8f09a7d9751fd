//! Series of measured values, and interruptions of supply.

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use komunala_demo::ElektroGorenjska;
use komunala_grpc::proto::v1::{ListIntervalsRequest, ListOutagesRequest};
use komunala_simulators::electricity::{Outage, OutageState};

use super::town::Town;

pub(super) async fn intervals(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 11).await?;
    let zone = TimeZone::get("Europe/Ljubljana")?;
    let day = Timestamp::now().to_zoned(zone.clone()).date().checked_sub(3.days())?;
    let midnight = |day: jiff::civil::Date| -> anyhow::Result<_> {
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
    ensure!(values.iter().all(|value| value.unit == "kWh" && value.value.is_some()), "a value without a unit");
    Ok(())
}

pub(super) async fn outages(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, newcomer) = town.customer(id, 12).await?;
    let start = Timestamp::now() + SignedDuration::from_hours(72);
    town.region.provider::<ElektroGorenjska>()?.billing.announce(Outage {
        id: "IZK-offers".to_owned(),
        revision: 1,
        changed: Timestamp::now(),
        start,
        end: start + SignedDuration::from_hours(2),
        reason: "Zamenjava droga".to_owned(),
        state: OutageState::Announced,
        points: vec![newcomer.bill.customer_number],
    });
    let request = ListOutagesRequest { parent: account.name, page_size: 200, ..Default::default() };
    let listed = customer.notifications().list_outages(request).await?.into_inner();
    ensure!(listed.outages.iter().any(|outage| outage.reason == "Zamenjava droga"), "{:?}", listed.outages);
    Ok(())
}

//! Series of measured values, and interruptions of supply.

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use komunala_demo::{
    ElektroGorenjska,
    story::{announced, quarter_hours},
};
use komunala_simulators::electricity::{Outage, OutageState};

use super::town::Town;

pub(super) async fn intervals(town: &Town, id: &str) -> anyhow::Result<()> {
    let (customer, account, _) = town.customer(id, 11).await?;
    let (_, values) = quarter_hours(&customer, &account).await?;
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
    announced(&customer, &account.name, "Zamenjava droga").await.map(drop)
}

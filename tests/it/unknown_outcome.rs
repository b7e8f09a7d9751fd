//! A write whose answer was lost is found again by its key: it happens once.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::{
    google::r#type::{Date, Decimal},
    v1::{ListAccountsRequest, ListReadingsRequest, ReadingState, RegisterValue, SubmitReadingRequest},
};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{TestWorld, on_both_databases};

/// A reading of today that follows from the last one.
async fn next_reading(customer: &Customer) -> anyhow::Result<SubmitReadingRequest> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    let account = listed.accounts.first().context("no account")?;
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let request = ListReadingsRequest { parent: meter.name.clone(), ..Default::default() };
    let readings = customer.readings().list_readings(request).await?.into_inner().readings;
    let state = readings.first().and_then(|reading| reading.registers.first()).context("no reading")?;
    let value: i64 = state.value.as_ref().context("no value")?.value.parse()?;
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Belgrade")?).date();
    Ok(SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Date { year: today.year().into(), month: today.month().into(), day: today.day().into() }),
        registers: vec![RegisterValue {
            code: state.code.clone(),
            value: Some(Decimal { value: (value + 3).to_string() }),
        }],
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    })
}

on_both_databases! {
    async fn a_reading_whose_answer_was_lost_arrives_once(database) {
        let world = TestWorld::start(database).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let request = next_reading(&customer).await?;
        let gas = world.region.gas();
        gas.switches.add(Rule::new("/v1/readings", Effect::TimeoutAfterWrite { ms: 0 }).method("POST").next(1));
        gas.switches.add(Rule::new("/v1/receipts", Effect::status(503)).next(2));

        let answered = customer.readings().submit_reading(request.clone()).await?.into_inner();
        ensure!(answered.state() != ReadingState::Rejected, "{:?}", answered.state());
        let started = Instant::now();
        loop {
            let parent = request.parent.clone();
            let list = ListReadingsRequest { parent, ..Default::default() };
            let readings = customer.readings().list_readings(list).await?.into_inner().readings;
            let ours = readings.iter().find(|reading| reading.name == answered.name).context("it is gone")?;
            if matches!(ours.state(), ReadingState::Accepted | ReadingState::Posted) {
                break;
            }
            ensure!(started.elapsed() < Duration::from_secs(60), "it is still {:?}", ours.state());
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        ensure!(gas.submitted_readings().len() == 1, "it arrived {} times", gas.submitted_readings().len());
        world.stop().await;
        Ok(())
    }
}

//! A write whose answer was lost is found again by its key: it happens once.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Newcomer, story::next_reading};
use komunala_grpc::proto::v1::{ListAccountsRequest, ListReadingsRequest, ReadingState};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{TestWorld, on_both_databases};

on_both_databases! {
    async fn a_reading_whose_answer_was_lost_arrives_once(database) {
        let world = TestWorld::start(database).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
        let request = next_reading(&customer, listed.accounts.first().context("no account")?).await?;
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

//! Health is per provider: one dead billing system never makes the hub unhealthy.

use std::time::Duration;

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{Database, TestWorld};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_sees_a_dead_provider_and_a_hub_that_is_well() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{}", world.api))?.connect().await?;
    let mut health = HealthClient::new(channel);
    let ask = |service: &str| HealthCheckRequest { service: service.into() };
    ensure!(health.check(ask("")).await?.into_inner().status() == ServingStatus::Serving);

    let mut watched = health.watch(ask("providers/gas-ruma")).await?.into_inner();
    let first = watched.message().await?.map(|seen| seen.status());
    ensure!(first == Some(ServingStatus::Serving), "{first:?}");

    world.region.gas().switches.add(Rule::new("/v1", Effect::status(503)));
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    for place in 0..12 {
        let refused = visitor.accounts().register(Newcomer::at(&world.region, place)?.registration()).await;
        ensure!(refused.is_err(), "the billing system is down");
    }
    let next = tokio::time::timeout(Duration::from_secs(10), watched.message()).await??.map(|seen| seen.status());
    ensure!(next == Some(ServingStatus::NotServing), "{next:?}");
    ensure!(health.check(ask("")).await?.into_inner().status() == ServingStatus::Serving);
    world.stop().await;
    Ok(())
}

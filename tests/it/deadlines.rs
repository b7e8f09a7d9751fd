//! Who stops waiting is told so, as DEADLINE_EXCEEDED.

use std::time::{Duration, Instant};

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{Database, TestWorld};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_at_its_callers_deadline_wherever_it_is() -> anyhow::Result<()> {
    // the hub's own default, since a client that names a deadline would stop waiting by itself
    let world = TestWorld::configured(Database::Sqlite, "[api]\ndefault_deadline = \"500ms\"").await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    world.region.gas().switches.add(Rule::new("/v1/customers/verify", Effect::Latency { ms: 10_000 }));
    let started = Instant::now();
    let status = visitor.accounts().register(Newcomer::at(&world.region, 0)?.registration()).await.unwrap_err();
    ensure!(status.code() == Code::DeadlineExceeded, "{status}");
    ensure!(started.elapsed() < Duration::from_secs(3), "it took {:?}", started.elapsed());
    ensure!(world.region.sink.mails().is_empty(), "a registration that failed sent a mail");
    world.stop().await;
    Ok(())
}

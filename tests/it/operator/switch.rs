//! Switching under load: no call fails, and what is replaced is freed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::{client::OperatorClient, proto::v1::ListInvoicesRequest};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{Database, HubProcess, on_both_databases};
use tokio::{task::JoinSet, time::sleep};

use super::office::{ADAPTER, Office, component, for_provider};

/// Every read asks the billing system, through whichever adapter serves then.
const ALWAYS_ASK: &str = "[copies]\nfresh_for = \"1ms\"";

/// Lists a customer's bills, and makes sure that the billing system was asked for them after the call began.
async fn ask(customer: &Customer) -> anyhow::Result<()> {
    let began = jiff::Timestamp::now();
    let all = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 200, ..Default::default() };
    let listed = customer.invoices().list_invoices(all).await?.into_inner();
    ensure!(listed.unreachable.is_empty(), "the provider was unreachable");
    let as_of = listed.invoices.first().and_then(|invoice| invoice.as_of_time).context("no bills")?;
    let as_of = jiff::Timestamp::new(as_of.seconds, as_of.nanos)?;
    ensure!(as_of >= began - Duration::from_millis(5), "the bills are of {as_of}, asked for at {began}");
    Ok(())
}

on_both_databases! {
    async fn no_call_fails_while_adapters_are_switched_under_load(database) {
        let office = Office::open(database, ALWAYS_ASK).await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        // slow enough that every switch finds calls in flight
        let mut callers = JoinSet::new();
        for place in 0..3 {
            let (customer, _) = Newcomer::at(&office.region, place)?.settle(hub.api, &office.region).await?;
            let (stop, asked) = (stop.clone(), asked.clone());
            callers.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    ask(&customer).await?;
                    asked.fetch_add(1, Ordering::Relaxed);
                }
                anyhow::Ok(())
            });
        }
        office.region.gas().switches.add(Rule::new("/v1", Effect::Latency { ms: 100 }));
        for version in 1..4 {
            let before = asked.load(Ordering::Relaxed);
            let installed = operator.install(for_provider("gas", version)?, |_| {}).await?;
            let serving = installed.adapter.context("no adapter")?.serving_component;
            ensure!(serving.ends_with(&component("gas", version)?.sha256), "{serving}");
            while asked.load(Ordering::Relaxed) < before + 6 && callers.try_join_next().is_none() {
                sleep(Duration::from_millis(20)).await;
            }
        }
        stop.store(true, Ordering::Relaxed);
        while let Some(ended) = callers.join_next().await {
            ended??;
        }
        let adapter = operator.adapter(ADAPTER.to_owned()).await?;
        ensure!(adapter.recent_problems.is_empty() && adapter.limits_hit.is_empty(), "{adapter:?}");
        ensure!(asked.load(Ordering::Relaxed) >= 18, "too few calls for a load");
        hub.stop().await;
        Ok(())
    }
}

/// The mappings of a process that hold code, each loaded component being one.
fn code_mappings(process: u32) -> anyhow::Result<usize> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps"))?;
    Ok(maps.lines().filter(|line| line.contains(" r-xp ") && !line.contains('/')).count())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_what_is_replaced_is_freed() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let log = office.path("hub.log");
    let hub = HubProcess::start(env!("CARGO_BIN_EXE_hub"), &office.configuration, "", &log).await?;
    let address = hub.operator.context("no listener for operators")?.to_string();
    let mut operator = OperatorClient::connect(&address, &office.token()?, None).await?;
    operator.install(for_provider("gas", 1)?, |_| {}).await?;
    let before = code_mappings(hub.id())?;
    ensure!(before > 0, "no code is mapped");
    for _ in 0..10 {
        operator.roll_back(ADAPTER.to_owned()).await?;
    }
    let after = code_mappings(hub.id())?;
    ensure!(after <= before + 1, "{before} mappings of code became {after}");
    Ok(())
}

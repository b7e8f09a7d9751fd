//! One trace from the portal to the billing system and the database.

mod collector;

use std::time::Duration;

use anyhow::ensure;
use komunala_demo::{Newcomer, Region};
use komunala_grpc::proto::v1::ListInvoicesRequest;
use komunala_tests::{Database, HubProcess, worlds};
use tonic::Request;

pub(crate) use collector::Collector;

const HUB: &str = env!("CARGO_BIN_EXE_hub");
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_portal_to_the_billing_system_and_the_database() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let collector = Collector::start().await?;
    let configuration = format!("[telemetry]\notlp = \"http://{}\"", collector.address).parse()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration);
    let region = Region::start(&settings).await?;
    let hub = HubProcess::start(HUB, &region.configure(&settings)?, "", &dir.path().join("log")).await?;
    let (customer, _) = Newcomer::at(&region, 0)?.settle(hub.api, &region).await?;

    let list = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
    let mut request = Request::new(list);
    request.metadata_mut().insert("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01").parse()?);
    customer.invoices().list_invoices(request).await?;

    let traces = region.gas().counters.counts().traces;
    ensure!(
        traces.iter().any(|seen| seen.traceparent.contains(TRACE)),
        "the billing system saw no trace of ours: {traces:?}"
    );
    let is_whole = |names: &[String]| {
        names.iter().any(|name| name.contains("ListInvoices"))
            && names.iter().any(|name| name.starts_with("adapter"))
            && names.iter().any(|name| name.starts_with("store"))
    };
    let names = collector.wait_for(TRACE, is_whole, Duration::from_secs(20)).await;
    ensure!(is_whole(&names), "the trace holds only {names:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_collector_costs_nothing() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let configuration = "[telemetry]\notlp = \"http://127.0.0.1:9\"".parse()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, configuration);
    let region = Region::start(&settings).await?;
    let hub = HubProcess::start(HUB, &region.configure(&settings)?, "", &dir.path().join("log")).await?;
    Newcomer::at(&region, 0)?.settle(hub.api, &region).await?;
    Ok(())
}

//! The hours in which the billing system is down every night, as portals meet them.

use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::{ToSpan, Zoned, tz::TimeZone};
use komunala_demo::Newcomer;
use komunala_grpc::{
    client::OperatorClient,
    proto::v1::{DownloadInvoiceRequest, ListInvoicesRequest},
};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Code;
use tonic_types::StatusExt;

/// A window that has begun and lasts a little longer than this, in the provider's time.
const LEFT: Duration = Duration::from_secs(20 * 60);

/// The window and when it ends.
fn window() -> anyhow::Result<(String, Zoned)> {
    let now = Zoned::now().with_time_zone(TimeZone::get("Europe/Belgrade")?);
    let ends = now.checked_add(LEFT)?.round(jiff::Unit::Minute)?.checked_add(1.minute())?;
    Ok((format!("{}-{}", now.checked_sub(1.minute())?.strftime("%H:%M"), ends.strftime("%H:%M")), ends))
}

on_both_databases! {
    async fn during_maintenance_copies_are_answered_and_the_rest_says_how_long_it_lasts(database) {
        let world = TestWorld::of(database, &["stambeno-ruma"], "[copies]\nfresh_for = \"1ms\"").await?;
        let provider = world.region.named("stambeno-ruma")?;
        let (customer, _) = Newcomer::of(provider, 0)?.settle(world.api, &world.region).await?;
        let all = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 200, ..Default::default() };
        let before = customer.invoices().list_invoices(all.clone()).await?.into_inner();
        let bill = before.invoices.first().context("no bills")?;

        let (window, ends) = window()?;
        let settings = std::fs::read_to_string(world.dir().join("settings/stambeno-ruma.toml"))?;
        let settings = settings.replace("maintenance = []", &format!("maintenance = [\"{window}\"]"));
        ensure!(settings.contains(&window), "the settings have no place for a window");
        let token = world.operator_token()?;
        let mut operator = OperatorClient::connect(&world.operator.to_string(), &token, None).await?;
        operator.apply_provider(settings, false).await?;

        let during = customer.invoices().list_invoices(all).await?.into_inner();
        ensure!(during.unreachable.is_empty() && during.invoices.len() == before.invoices.len(), "no copy is answered");
        ensure!(during.invoices[0].as_of_time == bill.as_of_time, "the copy hides its age");

        let request = DownloadInvoiceRequest { name: bill.name.clone(), ..Default::default() };
        let refused = match customer.invoices().download_invoice(request).await {
            Ok(answer) => answer.into_inner().message().await.err().context("a document came")?,
            Err(refused) => refused,
        };
        ensure!(refused.code() == Code::Unavailable, "{refused}");
        let info = refused.get_details_error_info().context("no reason")?;
        ensure!(info.reason == "PROVIDER_UNAVAILABLE", "{info:?}");
        ensure!(info.metadata.get("provider").is_some_and(|it| it == "stambeno-ruma"), "{info:?}");
        let wait = refused.get_details_retry_info().and_then(|info| info.retry_delay).context("not when to come again")?;
        let left = Duration::try_from(ends.timestamp().duration_since(jiff::Timestamp::now()))?;
        ensure!(left.abs_diff(wait) < Duration::from_secs(30), "it lasts {left:?} more, and {wait:?} were said");
        world.stop().await;
        Ok(())
    }
}

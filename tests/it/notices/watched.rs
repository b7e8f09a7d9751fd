//! Watching what one is told.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use jiff::SignedDuration;
use komunala_demo::{Customer, Newcomer, Region};
use komunala_grpc::proto::v1::{WatchNotificationsRequest, WatchNotificationsResponse};
use komunala_server::Configuration;
use komunala_tests::{Database, TestWorld, TurnedClock, on_both_databases, worlds};
use tokio::time::timeout;
use tonic::{Code, Streaming};

use super::{cause_news, reason, told};

/// From the commit to the watch.
const TOLD_WITHIN: Duration = Duration::from_secs(2);

async fn watch(
    customer: &Customer,
    watch_token: &str,
) -> anyhow::Result<(Streaming<WatchNotificationsResponse>, WatchNotificationsResponse)> {
    let ask = WatchNotificationsRequest { watch_token: watch_token.to_owned() };
    let mut stream = customer.notifications().watch_notifications(ask).await?.into_inner();
    let first = timeout(TOLD_WITHIN, stream.message()).await??.context("the watch ended")?;
    Ok((stream, first))
}

/// The next notification, which comes in time.
async fn news(stream: &mut Streaming<WatchNotificationsResponse>) -> anyhow::Result<WatchNotificationsResponse> {
    loop {
        let next = timeout(TOLD_WITHIN, stream.message()).await.context("nobody told")??.context("the watch ended")?;
        if next.notification.is_some() {
            return Ok(next);
        }
    }
}

on_both_databases! {
    async fn who_watches_is_told_in_time_and_goes_on_where_an_earlier_watch_ended(database) {
        let world = TestWorld::start(database).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let (mut stream, first) = watch(&customer, "").await?;
        ensure!(first.notification.is_none() && !first.watch_token.is_empty(), "{first:?}");
        let request = cause_news(&world, &customer).await?;
        let heard = news(&mut stream).await?;
        let heard_of = heard.notification.clone().context("nothing")?;
        ensure!(heard_of.kind == "request_answered" && heard_of.resource == request, "{heard_of:?}");
        drop(stream);

        // nobody watches
        let second = cause_news(&world, &customer).await?;
        let (mut stream, _) = watch(&customer, &heard.watch_token).await?;
        let missed = news(&mut stream).await?.notification.context("nothing")?;
        ensure!(missed.resource == second, "{missed:?}");
        // behind a list there is no gap either, and what it has is not told again
        let list = told(&customer).await?;
        ensure!(list.notifications[0] == missed, "{list:?}");
        let (mut stream, _) = watch(&customer, &list.watch_token).await?;
        let third = cause_news(&world, &customer).await?;
        ensure!(news(&mut stream).await?.notification.context("nothing")?.resource == third, "told twice");

        // the token of somebody else opens nothing
        let (other, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let ask = WatchNotificationsRequest { watch_token: heard.watch_token };
        let refused = other.notifications().watch_notifications(ask).await.unwrap_err();
        ensure!(reason(&refused) == "PAGE_TOKEN_INVALID", "{refused}");
        world.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_eight_watches_and_none_of_them_holds_a_hub_up_that_stops() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let mut watches = Vec::new();
    for _ in 0..8 {
        watches.push(watch(&customer, "").await?.0);
    }
    let refused = customer.notifications().watch_notifications(WatchNotificationsRequest::default()).await.unwrap_err();
    ensure!(reason(&refused) == "OVERLOADED", "{refused}");
    watches.pop();
    // the hub finds out that a reader left
    let started = Instant::now();
    while watch(&customer, "").await.map(|(stream, _)| watches.push(stream)).is_err() {
        ensure!(started.elapsed() < TOLD_WITHIN, "the seat of who left is not free");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let started = Instant::now();
    let ends = tokio::spawn(async move {
        for mut stream in watches {
            // signs of life may be on their way
            while stream.message().await?.is_some() {}
        }
        anyhow::Ok(())
    });
    world.stop().await;
    ends.await??;
    ensure!(started.elapsed() < Duration::from_secs(8), "stopping took {:?}", started.elapsed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_at_one_hub_is_told_what_another_one_did() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, Database::PostgreSql.create().await?, toml::Table::new());
    let region = Region::start(&settings).await?;
    let configuration = Configuration::read(&region.configure(&settings)?)?;
    let (here, there) =
        tokio::try_join!(komunala_server::start(configuration.clone()), komunala_server::start(configuration))?;
    let vera = Newcomer::at(&region, 0)?;
    let (customer, session) = vera.settle(here.api, &region).await?;
    let elsewhere = Customer::open(there.api, &region.portal_key).await?.signed_in(&session.access_token)?;
    let (mut stream, _) = watch(&elsewhere, "").await?;
    let new_password = "another long and winding pipe".to_owned();
    let change = komunala_grpc::proto::v1::ChangePasswordRequest { current_password: vera.password, new_password };
    customer.accounts().change_password(change).await?;
    ensure!(news(&mut stream).await?.notification.context("nothing")?.kind == "password_changed", "other news");
    drop(stream);
    here.stop().await;
    there.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_with_the_access_token_that_began_it() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, None, toml::Table::new());
    let region = Region::start(&settings).await?;
    let configuration = Configuration::read(&region.configure(&settings)?)?;
    let clock = Arc::new(TurnedClock::default());
    let hub = komunala_server::start_at(configuration, clock.clone()).await?;
    let (customer, _) = Newcomer::at(&region, 0)?.settle(hub.api, &region).await?;
    // ten minutes, but for a second and a half
    clock.turn_to(SignedDuration::from_millis(598_500));
    let (mut stream, _) = watch(&customer, "").await?;
    let started = Instant::now();
    let ended = loop {
        match timeout(Duration::from_secs(5), stream.message()).await.context("it goes on")? {
            Ok(Some(sign)) => ensure!(sign.notification.is_none(), "{sign:?}"),
            Ok(None) => anyhow::bail!("it ended as if nothing were wrong"),
            Err(status) => break status,
        }
    };
    ensure!(ended.code() == Code::Unauthenticated && reason(&ended) == "ACCESS_TOKEN_EXPIRED", "{ended}");
    ensure!(started.elapsed() < Duration::from_secs(4), "it ended late");
    hub.stop().await;
    Ok(())
}

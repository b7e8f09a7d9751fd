//! Keys of portals.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_grpc::proto::{operator::v1::portal_key::State, v1::ListProvidersRequest};
use komunala_tests::Database;
use tokio::time::sleep;

use crate::{
    operator::office::{Office, reason},
    sign_on::desk,
};

const WEB: &str = "tenants/region/portals/web";

/// The promise is a couple of seconds; machines that test are busy.
const SOON: Duration = Duration::from_secs(5);

/// Why a call with this key is refused; empty for one that is answered.
async fn refusal(api: std::net::SocketAddr, key: &str) -> anyhow::Result<String> {
    let visitor = Customer::open(api, key).await?;
    let asked = visitor.providers().list_providers(ListProvidersRequest::default()).await;
    Ok(asked.err().map(|status| desk::reason(&status)).unwrap_or_default())
}

async fn until(api: std::net::SocketAddr, key: &str, expected: &str) -> anyhow::Result<()> {
    let since = Instant::now();
    loop {
        let found = refusal(api, key).await?;
        if found == expected {
            return Ok(());
        }
        ensure!(since.elapsed() < SOON, "still {found:?} instead of {expected:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_exchanged_at_two_hubs_without_a_failed_call() -> anyhow::Result<()> {
    let office = Office::open(Database::PostgreSql, "").await?;
    let (here, there) = (office.hub().await?, office.hub().await?);
    let mut operator = office.operator(&here).await?;
    let first = operator.create_portal_key(WEB.to_owned(), None).await?;
    until(there.api, &first.secret, "").await?;

    // a portal that calls both hubs all the while, with the key that it was given last
    let (key, stop) = (Arc::new(Mutex::new(first.secret.clone())), Arc::new(AtomicBool::new(false)));
    let calls = Arc::new(AtomicU32::new(0));
    let portal = tokio::spawn({
        let (key, stop, calls, apis) = (key.clone(), stop.clone(), calls.clone(), [here.api, there.api]);
        async move {
            while !stop.load(Ordering::Relaxed) {
                for api in apis {
                    let key = key.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    let refused = refusal(api, &key).await?;
                    ensure!(refused.is_empty(), "a call failed: {refused}");
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            }
            anyhow::Ok(())
        }
    });
    let second = operator.create_portal_key(WEB.to_owned(), None).await?;
    for hub in [&here, &there] {
        until(hub.api, &second.secret, "").await?;
    }
    key.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&second.secret);
    // calls that began with the first key end
    sleep(Duration::from_millis(300)).await;
    let revoked = operator.revoke_portal_key(first.name.clone()).await?;
    ensure!(revoked.state() == State::Revoked && revoked.revoked_by == "bootstrap-token", "{revoked:?}");
    ensure!(refusal(here.api, &first.secret).await? == "PORTAL_KEY_UNKNOWN", "the hub that revoked it goes on");
    until(there.api, &first.secret, "PORTAL_KEY_UNKNOWN").await?;
    let before = calls.load(Ordering::Relaxed);
    sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    portal.await??;
    ensure!(calls.load(Ordering::Relaxed) > before && before > 10, "too few calls: {before}");

    // the key of the settings was never touched, and is not to be taken back here
    ensure!(refusal(here.api, &office.region.portal_key).await?.is_empty());
    let keys = operator.portal_keys(WEB).await?;
    let states: Vec<_> = keys.iter().map(|key| key.state()).collect();
    ensure!(states == [State::InSettings, State::Revoked, State::Active], "{keys:?}");
    ensure!(keys.iter().all(|key| key.secret.is_empty()), "a list shows keys");
    let in_settings = keys.first().context("no key")?.name.clone();
    ensure!(reason(operator.revoke_portal_key(in_settings).await)? == "PORTAL_KEY_IN_SETTINGS");
    here.stop().await;
    there.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_by_itself_and_a_portal_has_no_end_of_them() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let now = jiff::Timestamp::now();
    let past = operator.create_portal_key(WEB.to_owned(), Some(now - Duration::from_secs(1))).await;
    ensure!(reason(past)? == "INVALID_FIELDS");
    let nowhere = operator.create_portal_key("tenants/region/portals/nowhere".to_owned(), None).await;
    ensure!(reason(nowhere)? == "NOT_FOUND");
    let short = operator.create_portal_key(WEB.to_owned(), Some(now + Duration::from_secs(2))).await?;
    ensure!(refusal(hub.api, &short.secret).await?.is_empty());
    until(hub.api, &short.secret, "PORTAL_KEY_UNKNOWN").await?;
    let keys = operator.portal_keys(WEB).await?;
    ensure!(keys.last().map(|key| key.state()) == Some(State::Expired), "{keys:?}");

    for _ in 0..16 {
        operator.create_portal_key(WEB.to_owned(), None).await?;
    }
    ensure!(reason(operator.create_portal_key(WEB.to_owned(), None).await)? == "TOO_MANY_PORTAL_KEYS");
    // what was made holds after a restart
    let last = operator.portal_keys(WEB).await?.pop().context("no key")?;
    operator.revoke_portal_key(last.name).await?;
    let kept = operator.create_portal_key(WEB.to_owned(), None).await?;
    hub.stop().await;
    let hub = office.hub().await?;
    ensure!(refusal(hub.api, &kept.secret).await?.is_empty(), "the restart forgot it");
    hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_neither_opens_anything_nor_slows_a_known_one() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let known = Customer::open(hub.api, &office.region.portal_key).await?;
    for n in 0..500 {
        let mut key = office.region.portal_key.clone();
        key.replace_range(3..8, &format!("{n:05}"));
        if key == office.region.portal_key {
            continue;
        }
        ensure!(refusal(hub.api, &key).await? == "PORTAL_KEY_UNKNOWN", "{n}");
    }
    known.providers().list_providers(ListProvidersRequest::default()).await?;
    hub.stop().await;
    Ok(())
}

//! The identity provider's keys: exchanged, asked for seldom, and used for a while when nobody answers.

use std::time::Duration;

use anyhow::ensure;
use tokio::time::sleep;

use super::{desk::Desk, signer::Signer};

/// Longer than a hub rests between two attempts.
const REST: Duration = Duration::from_millis(1100);

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_counts_at_once_and_a_withdrawn_one_no_more() -> anyhow::Result<()> {
    let (old, new) = (Signer::ed25519("old")?, Signer::rsa("new")?);
    let desk = Desk::open(&[&old], "").await?;
    let claims = desk.provider.claims("olga@region.example", &["hub-read"]);
    ensure!(desk.refusal(&old.sign(&claims)?, 1).await?.is_empty());
    desk.provider.publish(&[&new]);
    sleep(REST).await;
    ensure!(desk.refusal(&new.sign(&claims)?, 1).await?.is_empty(), "the new key does not count");
    ensure!(desk.refusal(&old.sign(&claims)?, 1).await? == "OPERATOR_TOKEN_INVALID", "the old key still counts");
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_is_worth_one_question_a_while() -> anyhow::Result<()> {
    let key = Signer::ed25519("known")?;
    let desk = Desk::open(&[&key], "").await?;
    let claims = desk.provider.claims("eve@evil.example", &["hub-admin"]);
    ensure!(desk.refusal(&key.sign(&claims)?, 200).await?.is_empty());
    sleep(REST).await;
    let before = desk.provider.key_sets();
    let started = std::time::Instant::now();
    for n in 0..96 {
        let unknown = Signer::ed25519(&format!("unknown-{n}"))?;
        let reason = desk.refusal(&unknown.sign(&claims)?, n / 8 + 1).await?;
        ensure!(reason == "OPERATOR_TOKEN_INVALID", "{reason}");
    }
    let asked = u64::from(desk.provider.key_sets() - before);
    ensure!(asked >= 1, "nobody looked whether the key is new");
    ensure!(asked <= 2 + started.elapsed().as_secs(), "{asked} questions in {:?}", started.elapsed());
    ensure!(desk.refusal(&key.sign(&claims)?, 200).await?.is_empty());
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_provider_stops_nobody_whose_key_is_known() -> anyhow::Result<()> {
    let key = Signer::ecdsa("known")?;
    let desk = Desk::open(&[&key], "").await?;
    let claims = desk.provider.claims("olga@region.example", &["hub-read"]);
    ensure!(desk.refusal(&key.sign(&claims)?, 1).await?.is_empty());
    desk.provider.set_down(true);
    sleep(REST).await;
    let asked = desk.provider.asked();
    let unknown = Signer::ecdsa("unknown")?;
    ensure!(desk.refusal(&unknown.sign(&claims)?, 1).await? == "OPERATOR_TOKEN_INVALID");
    ensure!(desk.provider.asked() > asked, "the outage was not met");
    ensure!(desk.refusal(&key.sign(&claims)?, 1).await?.is_empty(), "the outage locked everybody out");

    // a hub that starts meanwhile knows no key, says so, and lets in as soon as it can tell
    let late = desk.restarted().await?;
    let refused = late.refusal(&key.sign(&claims)?, 1).await?;
    ensure!(refused == "IDENTITY_PROVIDER_UNAVAILABLE", "{refused}");
    late.provider.set_down(false);
    sleep(REST).await;
    ensure!(late.refusal(&key.sign(&claims)?, 1).await?.is_empty());
    late.hub.stop().await;
    Ok(())
}

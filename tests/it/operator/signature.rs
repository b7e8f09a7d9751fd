//! Signatures: where the hub wants one, nothing runs without.

use std::fs;

use anyhow::{Context, ensure};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use komunala_grpc::client::Component;
use komunala_tests::Database;

use super::office::{ADAPTER, Office, for_provider, reason};

fn signed(pair: &Ed25519KeyPair, component: &Component) -> anyhow::Result<Vec<u8>> {
    Ok(pair.sign(&hex::decode(&component.sha256)?).as_ref().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_signatures_are_required_only_signed_components_run() -> anyhow::Result<()> {
    let release = Ed25519KeyPair::generate()?;
    let stranger = Ed25519KeyPair::generate()?;
    let key = STANDARD.encode(release.public_key());
    let configuration =
        format!("[adapters.signatures]\nrequired = true\nkeys = [{{ name = \"release\", key = \"{key}\" }}]");
    let office = Office::open(Database::Sqlite, &configuration).await?;
    let refused = office.hub().await.err().context("an unsigned component of the hub's own folder runs")?;
    ensure!(refused.to_string().contains("no signature"), "{refused}");
    let first = for_provider("gas", 0)?;
    fs::write(office.path("adapters/gas/adapter.sig"), STANDARD.encode(signed(&release, &first)?))?;

    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let second = for_provider("gas", 1)?;
    ensure!(reason(operator.install(second.clone(), |_| {}).await)? == "SIGNATURE_MISSING");
    for signature in [signed(&stranger, &second)?, signed(&release, &first)?] {
        let wrong = Component { signature, ..second.clone() };
        ensure!(reason(operator.install(wrong, |_| {}).await)? == "SIGNATURE_INVALID");
    }
    ensure!(operator.components().await?.is_empty(), "a component was kept");

    let right = Component { signature: signed(&release, &second)?, ..second.clone() };
    let installed = operator.install(right, |_| {}).await?.component.context("no component")?;
    ensure!(installed.signed_by == "release", "{installed:?}");
    let back = operator.roll_back(ADAPTER.to_owned()).await?;
    ensure!(back.serving_component.ends_with(&first.sha256), "{back:?}");
    hub.stop().await;
    Ok(())
}

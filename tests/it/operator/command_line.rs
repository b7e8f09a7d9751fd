//! What operators type, and what they read.

use std::{path::Path, process::Output};

use anyhow::ensure;
use komunala_server::Running;
use komunala_tests::Database;
use tokio::process::Command;

use super::office::{Office, component};

/// Runs the program with its connection to the hub.
pub(super) async fn komunala(office: &Office, hub: &Running, arguments: &[&str]) -> anyhow::Result<Output> {
    let address = hub.operator.map(|address| address.to_string()).unwrap_or_default();
    let output = Command::new(env!("CARGO_BIN_EXE_hub"))
        .args(arguments)
        .env("KOMUNALA_OPERATOR_ADDRESS", address)
        .env("KOMUNALA_OPERATOR_TOKEN_FILE", office.path("operator.token"))
        .output();
    Ok(output.await?)
}

pub(super) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_applied_by_file_and_a_wrong_field_is_told_with_its_file() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let (file, portals) = (office.path("settings/gas-ruma.toml"), office.path("settings/portals.toml"));
    let applied = komunala(&office, &hub, &["apply", text(&portals), text(&file)]).await?;
    ensure!(applied.status.success() && said(&applied).contains("applied    providers/gas-ruma"), "{}", said(&applied));
    ensure!(said(&applied).contains("applied    portals of region"), "{}", said(&applied));

    let wrong = office.path("wrong.toml");
    std::fs::write(&wrong, office.provider_settings()?.replace("Europe/Belgrade", "Europe/Atlantis"))?;
    let refused = komunala(&office, &hub, &["apply", text(&wrong)]).await?;
    ensure!(refused.status.code() == Some(1), "{:?}", refused.status);
    ensure!(said(&refused).contains(&format!("{}: provider.time_zone: ", wrong.display())), "{}", said(&refused));
    let checked = komunala(&office, &hub, &["apply", "--check", text(&file)]).await?;
    ensure!(checked.status.success() && said(&checked).contains("unchanged"), "{}", said(&checked));
    let nothing = komunala(&office, &hub, &["apply"]).await?;
    ensure!(nothing.status.code() == Some(2), "{:?}", nothing.status);
    hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_is_installed_listed_and_rolled_back() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let second = component("gas", 1)?;
    let (file, manifest) = (office.path("second.wasm"), komunala_components::manifest("gas"));
    std::fs::write(&file, &second.bytes)?;
    let install = ["adapter", "install", text(&file), "--manifest", text(manifest)];
    let wrong = komunala(&office, &hub, &[&install[..], &["--sha256", &"0".repeat(64)]].concat()).await?;
    ensure!(wrong.status.code() == Some(1), "{:?}", wrong.status);
    ensure!(said(&wrong).contains("COMPONENT_DIGEST_MISMATCH"), "{}", said(&wrong));

    let arguments = [&install[..], &["--sha256", &second.sha256, "--provider", "gas-ruma"]].concat();
    let installed = komunala(&office, &hub, &arguments).await?;
    ensure!(installed.status.success(), "{}", said(&installed));
    ensure!(said(&installed).contains("providers/gas-ruma is served by it now"), "{}", said(&installed));
    let listed = komunala(&office, &hub, &["adapter", "list"]).await?;
    ensure!(listed.status.success() && said(&listed).contains(&second.sha256[..16]), "{}", said(&listed));
    let back = komunala(&office, &hub, &["adapter", "rollback", "gas-ruma"]).await?;
    let first = component("gas", 0)?;
    ensure!(back.status.success() && said(&back).contains(&first.sha256), "{}", said(&back));

    let elsewhere = ["adapter", "list", "--operator", "127.0.0.1:1"];
    let nobody = komunala(&office, &hub, &elsewhere).await?;
    ensure!(nobody.status.code() == Some(1), "{:?}", nobody.status);
    ensure!(said(&nobody).contains("no hub answers operators at 127.0.0.1:1"), "{}", said(&nobody));
    hub.stop().await;
    Ok(())
}

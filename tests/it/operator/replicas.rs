//! Several hubs on one PostgreSQL: what an operator changes at one, all do.

use std::time::{Duration, Instant};

use anyhow::ensure;
use komunala_grpc::client::ClientError;
use komunala_tests::Database;
use tokio::time::sleep;

use super::office::{ADAPTER, Office, component, for_provider};

/// The promise is a couple of seconds; machines that test are busy.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn both_of_two_hubs_switch_whichever_was_told() -> anyhow::Result<()> {
    let office = Office::open(Database::PostgreSql, "").await?;
    let (here, there) = (office.hub().await?, office.hub().await?);
    let (mut here_told, mut there_told) = (office.operator(&here).await?, office.operator(&there).await?);
    let (first, second) = (component("gas", 0)?, component("gas", 1)?);

    here_told.install(for_provider("gas", 1)?, |_| {}).await?;
    let since = Instant::now();
    loop {
        let adapter = there_told.adapter(ADAPTER.to_owned()).await?;
        ensure!(adapter.problem.is_empty(), "{adapter:?}");
        if adapter.serving_component.ends_with(&second.sha256) {
            break;
        }
        ensure!(since.elapsed() < SOON, "the other hub serves {}", adapter.serving_component);
        sleep(Duration::from_millis(50)).await;
    }

    // and back, told at the other one, with other settings beside the pin
    let text = office.provider_settings()?.replace("JP Gas-Ruma", "Gas of Ruma");
    there_told.apply_provider(text, false).await?;
    let since = Instant::now();
    while office.seen(&here).await?.display_name != "Gas of Ruma" {
        ensure!(since.elapsed() < SOON, "the first hub did not follow");
        sleep(Duration::from_millis(50)).await;
    }
    let adapter = here_told.adapter(ADAPTER.to_owned()).await?;
    ensure!(adapter.serving_component.ends_with(&first.sha256), "{adapter:?}");
    here.stop().await;
    there.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_operators_at_once_both_are_done_or_one_is_told() -> anyhow::Result<()> {
    let office = Office::open(Database::PostgreSql, "").await?;
    let (here, there) = (office.hub().await?, office.hub().await?);
    let (mut here_told, mut there_told) = (office.operator(&here).await?, office.operator(&there).await?);
    let file = office.provider_settings()?;
    let mut applied = 0;
    for round in 0..5 {
        let text = |who: &str| file.replace("JP Gas-Ruma", &format!("{who} {round}"));
        let answers = tokio::join!(
            here_told.apply_provider(text("here"), false),
            there_told.apply_provider(text("there"), false)
        );
        for answer in [answers.0, answers.1] {
            match answer {
                Ok(_) => applied += 1,
                Err(ClientError::Refused(refusal)) if refusal.reason == "CHANGED_MEANWHILE" => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let held = here_told.provider(super::office::PROVIDER.to_owned()).await?;
    ensure!(applied >= 5, "only {applied} changes were made");
    ensure!(held.revision <= applied, "{held:?} after {applied} changes");
    here.stop().await;
    there.stop().await;
    Ok(())
}

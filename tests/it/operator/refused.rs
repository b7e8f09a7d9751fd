//! What fails a check changes nothing, and is told why.

use anyhow::ensure;
use bytes::Bytes;
use komunala_grpc::client::{Component, OperatorClient};
use komunala_tests::Database;

use super::office::{ADAPTER, Office, PROVIDER, component, digest, for_provider, reason};

/// Nothing is installed, and the provider is as its file says.
async fn nothing_changed(operator: &mut OperatorClient) -> anyhow::Result<()> {
    ensure!(operator.components().await?.is_empty(), "a component was kept");
    let adapter = operator.adapter(ADAPTER.to_owned()).await?;
    ensure!(adapter.serving_component.ends_with(&component("gas", 0)?.sha256), "{adapter:?}");
    ensure!(adapter.problem.is_empty() && adapter.healthy, "{adapter:?}");
    ensure!(operator.provider(PROVIDER.to_owned()).await?.revision == 0, "settings changed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_fails_a_check_is_refused_by_reason_and_changes_nothing() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let made_of = |bytes: &'static [u8]| -> anyhow::Result<Component> {
        Ok(Component { bytes: Bytes::from_static(bytes), sha256: digest(bytes), ..for_provider("gas", 1)? })
    };
    let cases = [
        ("COMPONENT_DIGEST_MISMATCH", Component { sha256: digest(b"another"), ..for_provider("gas", 1)? }),
        ("COMPONENT_REFUSED", made_of(b"no component at all")?),
        // a component indeed, which exports nothing
        ("COMPONENT_REFUSED", made_of(b"\0asm\x0d\0\x01\0")?),
        ("SIGNATURE_INVALID", Component { signature: vec![7; 64], ..for_provider("gas", 1)? }),
        ("INVALID_FIELDS", Component { manifest: "[adapter]".to_owned(), ..for_provider("gas", 1)? }),
        ("INVALID_FIELDS", Component { manifest: String::new(), ..for_provider("gas", 1)? }),
        ("INVALID_FIELDS", Component { sha256: "00".to_owned(), ..for_provider("gas", 1)? }),
        // an adapter of another name than the provider's settings have
        ("INVALID_FIELDS", for_provider("hostile", 0)?),
        ("NOT_FOUND", Component { provider: "providers/nobody".to_owned(), ..for_provider("gas", 1)? }),
    ];
    for (expected, component) in cases {
        let found = reason(operator.install(component, |_| {}).await)?;
        ensure!(found == expected, "{found} instead of {expected}");
        nothing_changed(&mut operator).await?;
    }
    hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_whose_component_is_not_there_or_does_not_start_change_nothing() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let (gas, hostile) = (component("gas", 0)?, component("hostile", 0)?);
    let unknown = office.provider_settings()?.replace(&gas.sha256, &"ab".repeat(32));
    ensure!(reason(operator.apply_provider(unknown.clone(), false).await)? == "COMPONENT_DIGEST_MISMATCH");
    let elsewhere = unknown.replace("name = \"gas\"", "name = \"steam\"");
    ensure!(reason(operator.apply_provider(elsewhere, false).await)? == "COMPONENT_UNKNOWN");
    nothing_changed(&mut operator).await?;

    // it starts as long as it is not told to grow without end before its first call
    operator.install(hostile.clone(), |_| {}).await?;
    let url = office.region.gas().url();
    let trap = format!(
        "[provider]\nid = \"trap\"\ntenant = \"region\"\nname = \"Trap\"\ncountry = \"RS\"\ncurrency = \"RSD\"\n\
         time_zone = \"Europe/Belgrade\"\nlanguages = [\"en\"]\ncommodity = \"gas\"\n\
         [adapter]\nname = \"hostile\"\nsha256 = \"{}\"\n\
         [grant]\nhosts = [\"setting:base_url\"]\n[grant.settings]\nbase_url = \"{url}\"\nverb = \"start-memory\"\n",
        hostile.sha256
    );
    ensure!(reason(operator.apply_provider(trap.clone(), false).await)? == "COMPONENT_START_FAILED");
    ensure!(operator.adapters().await?.len() == 1, "the provider is there");
    let tame = trap.replace("start-memory", "answer");
    operator.apply_provider(tame.clone(), false).await?;
    // what runs goes on when its next settings do not start
    ensure!(reason(operator.apply_provider(trap, false).await)? == "COMPONENT_START_FAILED");
    ensure!(operator.provider("providers/trap".to_owned()).await?.settings == tame);
    let adapter = operator.adapter("providers/trap/adapter".to_owned()).await?;
    ensure!(adapter.healthy && adapter.problem.is_empty(), "{adapter:?}");
    hub.stop().await;
    Ok(())
}

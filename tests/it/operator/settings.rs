//! Settings that are applied hold at once, and stay.

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_grpc::{
    client::ClientError,
    proto::{operator::v1::ApplyOutcome, v1::ListProvidersRequest},
};
use komunala_tests::on_both_databases;

use super::office::{ADAPTER, Office, PROVIDER};

on_both_databases! {
    async fn what_an_operator_applies_is_what_portals_see_and_what_a_restart_keeps(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let file = operator.provider(PROVIDER.to_owned()).await?;
        ensure!(file.revision == 0 && file.settings == office.provider_settings()?, "the file does not hold");

        let renamed = office.provider_settings()?.replace("JP Gas-Ruma", "Gas of Ruma");
        let valid = operator.apply_provider(renamed.clone(), true).await?;
        ensure!(valid.outcome() == ApplyOutcome::Valid);
        ensure!(office.seen(&hub).await?.display_name == "JP Gas-Ruma", "checking changed something");

        let applied = operator.apply_provider(renamed.clone(), false).await?;
        ensure!((applied.name.as_str(), applied.outcome()) == (PROVIDER, ApplyOutcome::Applied));
        ensure!(office.seen(&hub).await?.display_name == "Gas of Ruma", "portals do not see it");
        let held = operator.provider(PROVIDER.to_owned()).await?;
        ensure!(held.settings == renamed && held.revision == 1 && held.applied_by == "bootstrap-token", "{held:?}");
        let again = operator.apply_provider(renamed.clone(), false).await?;
        ensure!(again.outcome() == ApplyOutcome::Unchanged);

        // the file still says what it said; what was applied has the word
        hub.stop().await;
        let hub = office.hub().await?;
        ensure!(office.seen(&hub).await?.display_name == "Gas of Ruma", "the restart forgot it");
        hub.stop().await;
        Ok(())
    }

    async fn a_new_provider_and_the_portal_that_shows_it_need_no_restart(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let second = office.provider_settings()?.replace("id = \"gas-ruma\"", "id = \"gas-irig\"");
        operator.apply_provider(second, false).await?;
        let portal = Customer::open(hub.api, &office.region.portal_key).await?;
        let shown = portal.providers().list_providers(ListProvidersRequest::default()).await?.into_inner().providers;
        ensure!(shown.len() == 1, "a portal shows what it was not told to");

        let portals = std::fs::read_to_string(office.path("settings/portals.toml"))?;
        let portals = portals.replace("\"gas-ruma\"", "\"gas-ruma\", \"gas-irig\"");
        operator.apply_portals(portals, false).await?;
        let shown = portal.providers().list_providers(ListProvidersRequest::default()).await?.into_inner().providers;
        let names: Vec<_> = shown.iter().map(|provider| provider.name.as_str()).collect();
        ensure!(names == ["providers/gas-irig", PROVIDER], "{names:?}");
        ensure!(!shown[0].capabilities.is_empty(), "the new provider has no adapter");
        hub.stop().await;
        Ok(())
    }

    async fn a_disabled_adapter_is_unhealthy_and_its_provider_stays(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let disabled = operator.enable(ADAPTER.to_owned(), false).await?;
        ensure!(!disabled.enabled && !disabled.healthy && disabled.problem.is_empty(), "{disabled:?}");
        ensure!(!office.seen(&hub).await?.capabilities.is_empty(), "portals hide what they could show");
        let enabled = operator.enable(ADAPTER.to_owned(), true).await?;
        ensure!(enabled.enabled && enabled.healthy, "{enabled:?}");
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_wrong_are_named_field_by_field_and_change_nothing() -> anyhow::Result<()> {
    let office = Office::open(komunala_tests::Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let mut operator = office.operator(&hub).await?;
    let sound = office.provider_settings()?;
    let cases = [
        (sound.replace("Europe/Belgrade", "Europe/Atlantis"), "provider.time_zone"),
        (sound.replace("\"RS\"", "\"Serbia\""), "provider.country"),
        (sound.replace("\"RSD\"", "\"DINAR\""), "provider.currency"),
        (sound.replace("\"region\"", "\"banat\""), "provider.tenant"),
        (sound.replace("secrets/gas-ruma", "secrets/nobody"), "secrets.billing_client_secret"),
        (sound.replace("secrets/gas-ruma", "../root.key"), "secrets.billing_client_secret"),
        (sound.replace("base_url = ", "colour = "), "grant.settings"),
        (sound.replace("colour = \"#005a9c\"", "logo = \"../root.key\""), "provider.brand.logo"),
        ("[provider".to_owned(), "line 1"),
    ];
    for (text, field) in cases {
        ensure!(text != sound, "{field}: the text is as it was");
        let Err(ClientError::Refused(refusal)) = operator.apply_provider(text, false).await else {
            anyhow::bail!("{field} was not refused");
        };
        ensure!(refusal.reason == "SETTINGS_INVALID", "{field}: {refusal:?}");
        let first = refusal.fields.first().context("no field is named")?;
        ensure!(first.0.starts_with(field), "{field}: {refusal:?}");
    }
    let held = operator.provider(PROVIDER.to_owned()).await?;
    ensure!(held.revision == 0 && held.settings == sound, "something changed: {held:?}");
    hub.stop().await;
    Ok(())
}

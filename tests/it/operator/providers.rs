//! How providers stand: whose settings hold, and what becomes of one that is disabled.

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::{
    operator::v1::provider_settings::State,
    v1::{ListAccountsRequest, ListProvidersRequest},
};
use komunala_tests::on_both_databases;

use super::office::{ADAPTER, Office, PROVIDER};

on_both_databases! {
    async fn a_disabled_provider_is_shown_by_no_portal_and_is_there_again_with_all_its_data(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let (customer, _) = Newcomer::at(&office.region, 0)?.settle(hub.api, &office.region).await?;
        let portal = Customer::open(hub.api, &office.region.portal_key).await?;
        let shown = async || -> anyhow::Result<(usize, usize)> {
            let providers = portal.providers().list_providers(ListProvidersRequest::default()).await?.into_inner();
            let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
            Ok((providers.providers.len(), accounts.accounts.len()))
        };
        ensure!(shown().await? == (1, 1));

        let disabled = operator.enable_provider(PROVIDER.to_owned(), false).await?;
        ensure!(disabled.state() == State::Disabled, "{disabled:?}");
        ensure!(shown().await? == (0, 0), "portals still show it");
        ensure!(office.seen(&hub).await.is_err(), "portals still get it");
        // applying other settings leaves it disabled
        let renamed = office.provider_settings()?.replace("JP Gas-Ruma", "Gas of Ruma");
        operator.apply_provider(renamed, false).await?;
        let held = operator.provider(PROVIDER.to_owned()).await?;
        ensure!(held.state() == State::Disabled && held.drifted, "{held:?}");
        ensure!(shown().await? == (0, 0));

        let enabled = operator.enable_provider(PROVIDER.to_owned(), true).await?;
        ensure!(enabled.state() == State::Serving, "{enabled:?}");
        ensure!(shown().await? == (1, 1), "its data are gone");
        ensure!(office.seen(&hub).await?.display_name == "Gas of Ruma");
        let paused = operator.enable(ADAPTER.to_owned(), false).await?;
        ensure!(!paused.enabled);
        ensure!(operator.provider(PROVIDER.to_owned()).await?.state() == State::Paused);
        ensure!(shown().await? == (1, 1), "a provider that is not asked is still shown");
        hub.stop().await;
        Ok(())
    }

    async fn where_the_file_says_something_else_than_what_holds_it_is_told(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let listed = operator.providers().await?;
        let drifts: Vec<_> = listed.iter().map(|one| (one.revision, one.drifted, one.sha256 == one.file_sha256)).collect();
        ensure!(drifts == [(0, false, true)], "{listed:?}");

        let file = office.provider_settings()?;
        operator.apply_provider(file.replace("JP Gas-Ruma", "Gas of Ruma"), false).await?;
        let second = file.replace("id = \"gas-ruma\"", "id = \"gas-irig\"");
        operator.apply_provider(second, false).await?;
        let listed = operator.providers().await?;
        let drifts: Vec<_> =
            listed.iter().map(|one| (one.name.as_str(), one.drifted, one.file_sha256.is_empty())).collect();
        ensure!(drifts == [("providers/gas-irig", false, true), (PROVIDER, true, false)], "{listed:?}");

        // bringing the file in ends it
        operator.apply_provider(file, false).await?;
        let held = operator.provider(PROVIDER.to_owned()).await?;
        ensure!(!held.drifted && held.sha256 == held.file_sha256, "{held:?}");
        hub.stop().await;
        Ok(())
    }
}

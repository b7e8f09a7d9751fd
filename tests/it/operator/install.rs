//! Components are installed, switched to, and left again.

use anyhow::ensure;
use komunala_tests::on_both_databases;

use super::office::{ADAPTER, Office, component, for_provider, reason};

on_both_databases! {
    async fn installing_is_no_switch_and_applying_the_digest_is_one(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let first = component("gas", 0)?;
        let second = component("gas", 1)?;
        let installed = operator.install(second.clone(), |_| {}).await?;
        ensure!(installed.adapter.is_none(), "{installed:?}");
        let adapter = operator.adapter(ADAPTER.to_owned()).await?;
        ensure!(adapter.serving_component.ends_with(&first.sha256), "{adapter:?}");

        let text = office.provider_settings()?.replace(&first.sha256, &second.sha256);
        operator.apply_provider(text, false).await?;
        let adapter = operator.adapter(ADAPTER.to_owned()).await?;
        ensure!(adapter.serving_component.ends_with(&second.sha256), "{adapter:?}");
        ensure!(adapter.previous_component.ends_with(&first.sha256), "{adapter:?}");
        hub.stop().await;
        Ok(())
    }

    async fn rolling_back_leads_to_the_component_before_and_twice_forth_again(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let (first, second) = (component("gas", 0)?, component("gas", 1)?);
        ensure!(reason(operator.roll_back(ADAPTER.to_owned()).await)? == "NO_EARLIER_COMPONENT");

        let installed = operator.install(for_provider("gas", 1)?, |_| {}).await?;
        ensure!(installed.adapter.is_some_and(|adapter| adapter.serving_component.ends_with(&second.sha256)));
        // the first component is known from the hub's folder alone; who switched away kept it
        std::fs::remove_dir_all(office.path("adapters/gas"))?;
        let back = operator.roll_back(ADAPTER.to_owned()).await?;
        ensure!(back.serving_component.ends_with(&first.sha256), "{back:?}");
        ensure!(back.previous_component.ends_with(&second.sha256) && back.problem.is_empty(), "{back:?}");
        let forth = operator.roll_back(ADAPTER.to_owned()).await?;
        ensure!(forth.serving_component.ends_with(&second.sha256), "{forth:?}");

        hub.stop().await;
        let hub = office.hub().await;
        // the file's own pin is gone with the folder, and nobody goes by it any more
        let hub = hub?;
        let mut operator = office.operator(&hub).await?;
        let adapter = operator.adapter(ADAPTER.to_owned()).await?;
        ensure!(adapter.serving_component.ends_with(&second.sha256), "{adapter:?}");
        ensure!(operator.components().await?.len() == 2);
        hub.stop().await;
        Ok(())
    }
}

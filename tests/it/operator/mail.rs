//! Mail that must not go out until an operator decides.

use std::{fs, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_server::Configuration;
use komunala_tests::Database;

use super::{
    command_line::{komunala, said},
    office::Office,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_beside_todays_documents_sends_nothing_until_an_operator_says_go() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "[mail.work]\npoll = \"200ms\"\n").await?;
    let url = Configuration::read(&office.configuration)?.database_url();
    let file = url.trim_start_matches("sqlite://").split('?').next().context("no file")?.to_owned();
    let hub = office.hub().await?;
    Newcomer::at(&office.region, 0)?.settle(hub.api, &office.region).await?;
    hub.stop().await;
    fs::copy(&file, format!("{file}.older"))?;
    office.hub().await?.stop().await;
    fs::copy(format!("{file}.older"), &file)?;

    let hub = office.hub().await?;
    let late = Newcomer::at(&office.region, 1)?;
    let visitor = Customer::open(hub.api, &office.region.portal_key).await?;
    visitor.accounts().register(late.registration()).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let came = office.region.sink.mails().iter().any(|mail| mail.recipients.contains(&late.email));
    ensure!(!came, "a mail left an older database");
    let status = komunala(&office, &hub, &["delivery", "status"]).await?;
    ensure!(said(&status).contains("mail is held") && said(&status).contains("pending"), "{}", said(&status));
    let released = komunala(&office, &hub, &["delivery", "release"]).await?;
    ensure!(released.status.success() && said(&released).starts_with("mail goes out"), "{}", said(&released));
    late.code(&office.region).await.context("the mail never left")?;
    hub.stop().await;
    Ok(())
}

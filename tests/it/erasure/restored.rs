//! An older database is put back beside today's key store.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer, Region};
use komunala_grpc::proto::v1::{
    DeleteProfileRequest, GetProfileRequest, Invoice, ListAccountsRequest, ListInvoicesRequest, Profile,
    RefreshSessionRequest, UpdateProfileRequest,
};
use komunala_server::Configuration;
use komunala_tests::{on_both_databases, worlds};

use super::{reason, verify_in};

const PHONE: &str = "+381601234567";

/// The file of an SQLite database.
fn file(configuration: &Configuration) -> Option<String> {
    let url = configuration.database_url();
    Some(url.strip_prefix("sqlite://")?.split('?').next()?.to_owned())
}

/// A copy of the database, which nobody has open: the configuration of a hub that is put on it.
async fn older(configuration: &Configuration) -> anyhow::Result<Configuration> {
    let url = match file(configuration) {
        Some(file) => {
            let older = format!("{file}.older");
            fs::copy(&file, &older)?;
            format!("sqlite://{older}")
        }
        None => komunala_test_postgres::copy_of(&configuration.database_url()).await?,
    };
    let mut older = configuration.clone();
    older.database.url = url.into();
    Ok(older)
}

/// Everything that a thief of the database reads.
async fn dump(configuration: &Configuration) -> anyhow::Result<String> {
    match file(configuration) {
        Some(file) => Ok(String::from_utf8_lossy(&fs::read(file)?).into_owned()),
        None => Ok(komunala_test_postgres::dump(&configuration.database_url()).await?),
    }
}

/// The files in a folder and in those within.
fn files(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // the delivery epoch is no document
        if path.ends_with("_delivery_epoch") {
            continue;
        }
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(fs::read(path)?) }
    }
    Ok(found)
}

/// Fetches the newest bill, so that the hub keeps it.
async fn fetch_a_bill(customer: &Customer) -> anyhow::Result<()> {
    let bills = bills(customer).await?;
    let bill = customer.download(&bills.first().context("no bill")?.name, "").await?;
    ensure!(bill.bytes.starts_with(b"%PDF"), "the bill is no PDF");
    Ok(())
}

async fn bills(customer: &Customer) -> anyhow::Result<Vec<Invoice>> {
    let all = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
    Ok(customer.invoices().list_invoices(all).await?.into_inner().invoices)
}

/// What the billing system calls the holder of somebody's account.
async fn holder(customer: &Customer) -> anyhow::Result<String> {
    let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
    let name = accounts.into_iter().next().context("no account")?.holder_name;
    ensure!(name.len() > 6, "the holder is called {name:?}");
    Ok(name)
}

on_both_databases! {
    async fn it_does_not_bring_back_who_was_erased(database) {
        let dir = tempfile::tempdir()?;
        let settings = worlds::settings(&dir, database.create().await?, toml::Table::new());
        let region = Region::start(&settings).await?;
        let configuration = Configuration::read(&region.configure(&settings)?)?;
        let hub = komunala_server::start(configuration.clone()).await?;
        let (goes, stays) = (Newcomer::at(&region, 0)?, Newcomer::at(&region, 1)?);
        let (vera, session) = goes.settle(hub.api, &region).await?;
        stays.settle(hub.api, &region).await?;
        let profile = Profile { phone_number: PHONE.into(), ..Default::default() };
        let mask = prost_types::FieldMask { paths: vec!["phone_number".into()] };
        vera.accounts().update_profile(UpdateProfileRequest { profile: Some(profile), update_mask: Some(mask) }).await?;
        fetch_a_bill(&vera).await?;
        let holder = holder(&vera).await?;
        let documents = configuration.path(&configuration.documents.dir);
        let kept = files(&documents)?;
        ensure!(kept.len() == 1 && !kept[0].starts_with(b"%PDF"), "her bill can be read in the folder of documents");
        hub.stop().await;

        let before = older(&configuration).await?;
        let names = ["Verić", goes.email.as_str(), &PHONE[1..], holder.as_str()];
        let tells = |dump: &str| names.into_iter().find(|name| dump.contains(*name)).map(str::to_owned);
        let dumped = dump(&before).await?;
        ensure!(dumped.contains("consent_given"), "the dump holds nothing");
        ensure!(tells(&dumped).is_none(), "the database tells of {:?}", tells(&dumped));

        let hub = komunala_server::start(configuration.clone()).await?;
        let visitor = Customer::open(hub.api, &region.portal_key).await?;
        let vera = visitor.signed_in(&session.access_token)?;
        vera.accounts().delete_profile(DeleteProfileRequest { password: goes.password.clone() }).await?;
        hub.stop().await;
        let dumped = dump(&configuration).await?;
        ensure!(tells(&dumped).is_none(), "the database still tells of {:?}", tells(&dumped));

        let hub = komunala_server::start(before.clone()).await?;
        let visitor = Customer::open(hub.api, &region.portal_key).await?;
        let refused = visitor.accounts().sign_in(goes.sign_in()).await.unwrap_err();
        ensure!(reason(&refused) == "CREDENTIALS_INVALID", "{refused}");
        let refresh = RefreshSessionRequest { refresh_token: session.refresh_token };
        let refused = visitor.accounts().refresh_session(refresh).await.unwrap_err();
        ensure!(reason(&refused) == "REFRESH_TOKEN_INVALID", "{refused}");
        let vera = visitor.signed_in(&session.access_token)?;
        let refused = vera.accounts().get_profile(GetProfileRequest {}).await.unwrap_err();
        ensure!(reason(&refused) == "ACCESS_TOKEN_INVALID", "{refused}");
        let bills = bills(&vera).await?;
        ensure!(bills.is_empty(), "she still sees {} bills", bills.len());
        // whoever was not erased is served as before
        visitor.accounts().sign_in(stays.sign_in()).await?;
        // her bills go with her; a worker takes them away
        let gone = tokio::time::timeout(Duration::from_secs(20), async {
            while files(&documents).is_ok_and(|files| !files.is_empty()) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        gone.await.context("her bill is still there")?;
        hub.stop().await;
        let verified = verify_in(&configuration.base)?;
        ensure!(verified.status.success(), "{verified:?}");
        Ok(())
    }
}

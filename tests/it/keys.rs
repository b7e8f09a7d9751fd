//! The master key is exchanged as the page on keys says.

use std::{fs, path::Path, process::Command};

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer, Region};
use komunala_server::Configuration;
use komunala_tests::{Database, worlds};
use toml::Value;

/// What `komunala keys …` prints.
fn keys(what: &str, configuration: &Path) -> anyhow::Result<String> {
    let done = Command::new(env!("CARGO_BIN_EXE_hub")).args(["keys", what, "--config"]).arg(configuration).output()?;
    ensure!(done.status.success(), "{done:?}");
    Ok(String::from_utf8(done.stdout)?)
}

/// The same configuration with these master keys, the one that wraps first.
fn with_masters(configuration: &Path, ids: &[&str]) -> anyhow::Result<std::path::PathBuf> {
    let mut table: toml::Table = fs::read_to_string(configuration)?.parse()?;
    let master = |id: &&str| -> Value {
        let file = if *id == "first" { "master.key".to_owned() } else { format!("{id}.key") };
        let secret = toml::Table::from_iter([("file".to_owned(), Value::String(file))]);
        toml::Table::from_iter([("id".to_owned(), (*id).into()), ("secret".to_owned(), secret.into())]).into()
    };
    let masters = toml::Table::from_iter([("masters".to_owned(), Value::Array(ids.iter().map(master).collect()))]);
    table.insert("keys".to_owned(), masters.into());
    let path = configuration.with_file_name(format!("{}.toml", ids.join("-")));
    fs::write(&path, table.to_string())?;
    Ok(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_when_the_master_key_is_exchanged() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let settings = worlds::settings(&dir, Database::Sqlite.create().await?, toml::Table::new());
    let region = Region::start(&settings).await?;
    let path = region.configure(&settings)?;
    let hub = komunala_server::start(Configuration::read(&path)?).await?;
    let newcomer = Newcomer::at(&region, 0)?;
    newcomer.settle(hub.api, &region).await?;

    fs::write(path.with_file_name("second.key"), "f1e2d3c4".repeat(8))?;
    let both = with_masters(&path, &["second", "first"])?;
    ensure!(keys("status", &both)? == "1 keys are wrapped by an earlier master key\n");
    // while the hub runs
    ensure!(keys("rotate", &both)? == "1 keys were wrapped anew\n");
    ensure!(keys("status", &both)? == "0 keys are wrapped by an earlier master key\n");
    hub.stop().await;

    let hub = komunala_server::start(Configuration::read(&with_masters(&path, &["second"])?)?).await?;
    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    visitor.accounts().sign_in(newcomer.sign_in()).await?;
    hub.stop().await;
    Ok(())
}

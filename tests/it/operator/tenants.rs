//! Tenants, as operators see them, and what they type.

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_grpc::proto::v1::ListProvidersRequest;
use komunala_tests::{Database, on_both_databases};

use super::{
    command_line::{komunala, said},
    office::{Office, reason},
};

on_both_databases! {
    async fn a_tenant_is_entered_once_and_those_that_settings_name_are_there_too(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let mut operator = office.operator(&hub).await?;
        let named = operator.tenants().await?.pop().context("no tenant")?;
        ensure!((named.name.as_str(), named.display_name.as_str()) == ("tenants/region", "region"), "{named:?}");
        ensure!((named.provider_count, named.portal_count, named.create_time.is_none()) == (1, 1, true), "{named:?}");

        let entered = operator.create_tenant("elsewhere", "Somewhere else").await?;
        ensure!(entered.updated_by == "bootstrap-token" && entered.create_time.is_some(), "{entered:?}");
        ensure!(reason(operator.create_tenant("elsewhere", "Again").await)? == "TENANT_EXISTS");
        ensure!(reason(operator.create_tenant("region", "Again").await)? == "TENANT_EXISTS");
        ensure!(reason(operator.create_tenant("a--b", "").await)? == "INVALID_FIELDS");
        let renamed = operator.rename_tenant("tenants/region".to_owned(), "The region").await?;
        ensure!(renamed.display_name == "The region" && renamed.provider_count == 1, "{renamed:?}");
        ensure!(reason(operator.rename_tenant("tenants/nowhere".to_owned(), "x").await)? == "NOT_FOUND");
        let names: Vec<_> = operator.tenants().await?.into_iter().map(|tenant| tenant.display_name).collect();
        ensure!(names == ["Somewhere else", "The region"], "{names:?}");
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portals_key_is_exchanged_on_the_command_line() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let added = komunala(&office, &hub, &["portal", "key", "add", "region/web", "--expires", "90d"]).await?;
    ensure!(added.status.success(), "{}", said(&added));
    let line = |start: &str| {
        let text = String::from_utf8_lossy(&added.stdout).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix(start)).map(|rest| rest.trim().to_owned());
        line.with_context(|| format!("no {start} in {text}"))
    };
    let (key, name) = (line("key")?, line("name")?);
    let portal = Customer::open(hub.api, &key).await?;
    portal.providers().list_providers(ListProvidersRequest::default()).await?;

    let listed = komunala(&office, &hub, &["portal", "key", "list", "region/web"]).await?;
    let id = name.rsplit('/').next().unwrap_or_default();
    ensure!(said(&listed).contains(id) && said(&listed).contains("active"), "{}", said(&listed));
    ensure!(said(&listed).contains("in settings") && !said(&listed).contains(&key), "{}", said(&listed));
    let revoked = komunala(&office, &hub, &["portal", "key", "revoke", &name]).await?;
    ensure!(revoked.status.success() && said(&revoked).contains("opens nothing any more"), "{}", said(&revoked));
    let refused = portal.providers().list_providers(ListProvidersRequest::default()).await;
    ensure!(refused.is_err(), "the revoked key opens the portal");

    let nowhere = komunala(&office, &hub, &["portal", "key", "add", "region/nowhere"]).await?;
    ensure!(nowhere.status.code() == Some(1) && said(&nowhere).contains("NOT_FOUND"), "{}", said(&nowhere));
    let wrong = komunala(&office, &hub, &["portal", "key", "add", "web"]).await?;
    ensure!(wrong.status.code() == Some(2), "{}", said(&wrong));
    for (arguments, expected) in [
        (&["tenant", "create", "elsewhere", "Somewhere else"][..], "tenants/elsewhere is Somewhere else"),
        (&["tenant", "list"], "Somewhere else"),
        (&["portal", "list", "region"], "http://127.0.0.1:3000"),
        (&["provider", "list"], "from the file"),
        (&["provider", "disable", "gas-ruma"], "gas-ruma is disabled"),
        (&["provider", "enable", "gas-ruma"], "gas-ruma is serving"),
    ] {
        let output = komunala(&office, &hub, arguments).await?;
        ensure!(output.status.success() && said(&output).contains(expected), "{arguments:?}: {}", said(&output));
    }
    hub.stop().await;
    Ok(())
}

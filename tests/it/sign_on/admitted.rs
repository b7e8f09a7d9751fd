//! Who signs in is let in, as themselves, and may do what their groups grant.

use anyhow::ensure;
use komunala_grpc::{
    client::{ClientError, OperatorClient},
    proto::operator::v1::{ListAuditEventsRequest, audit_service_client::AuditServiceClient},
};
use tonic::{Request, transport::Endpoint};

use super::{desk::Desk, signer::Signer};
use crate::operator::office::{PROVIDER, reason};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_is_let_in_whichever_way_the_token_is_signed() -> anyhow::Result<()> {
    let keys = [Signer::rsa("rsa")?, Signer::ecdsa("ec")?, Signer::ed25519("ed")?];
    let desk = Desk::open(&keys.each_ref(), "").await?;
    for key in &keys {
        let token = key.sign(&desk.provider.claims("olga@region.example", &["hub-read"]))?;
        let mut olga = OperatorClient::connect(&desk.address()?.to_string(), &token, None).await?;
        ensure!(olga.adapters().await?.len() == 1, "{}", key.algorithm());
        let refused = reason(olga.enable(format!("{PROVIDER}/adapter"), false).await)?;
        ensure!(refused == "OPERATOR_ROLE_MISSING", "{refused}");
    }
    ensure!(desk.provider.key_sets() == 1, "the keys were fetched {} times", desk.provider.key_sets());
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_changes_carries_their_name_and_the_bootstrap_token_is_told_of_each_time() -> anyhow::Result<()>
{
    let key = Signer::ed25519("ed")?;
    let desk = Desk::open(&[&key], "").await?;
    let token = key.sign(&desk.provider.claims("olga@region.example", &["staff", "hub-admin"]))?;
    let mut olga = OperatorClient::connect(&desk.address()?.to_string(), &token, None).await?;
    olga.enable(format!("{PROVIDER}/adapter"), false).await?;
    desk.office.operator(&desk.hub).await?.enable(format!("{PROVIDER}/adapter"), true).await?;

    let channel = Endpoint::from_shared(format!("http://{}", desk.address()?))?.connect().await?;
    let mut asked = Request::new(ListAuditEventsRequest::default());
    asked.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
    let events = AuditServiceClient::new(channel).list_audit_events(asked).await?.into_inner().events;
    let told: Vec<_> =
        events.iter().map(|event| format!("{} {} {}", event.actor, event.action, event.target)).collect();
    let expected = [
        "operator:sso:olga@region.example settings_applied provider gas-ruma revision 1 adapter disabled",
        "operator:bootstrap-token bootstrap_token_used komunala.operator.v1.AdapterService/EnableAdapter",
        "operator:bootstrap-token settings_applied provider gas-ruma revision 2",
        "operator:sso:olga@region.example audit_read *",
    ];
    ensure!(told == expected, "{told:#?}");
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_granted_a_tenant_neither_sees_nor_changes_what_is_of_another() -> anyhow::Result<()> {
    let key = Signer::ed25519("ed")?;
    let desk = Desk::open(&[&key], "").await?;
    let address = desk.address()?.to_string();
    let token = |group| key.sign(&desk.provider.claims("olga@region.example", &[group]));
    let mut elsewhere = OperatorClient::connect(&address, &token("elsewhere-admin")?, None).await?;
    ensure!(elsewhere.adapters().await?.is_empty() && elsewhere.providers().await?.is_empty());
    ensure!(elsewhere.tenants().await?.is_empty());
    ensure!(reason(elsewhere.provider(PROVIDER.to_owned()).await)? == "NOT_FOUND");
    ensure!(reason(elsewhere.enable_provider(PROVIDER.to_owned(), false).await)? == "NOT_FOUND");
    ensure!(reason(elsewhere.portals("tenants/region").await)? == "NOT_FOUND");
    ensure!(reason(elsewhere.portal_keys("tenants/region/portals/web").await)? == "NOT_FOUND");
    let made = elsewhere.create_portal_key("tenants/region/portals/web".to_owned(), None).await;
    ensure!(reason(made)? == "NOT_FOUND");
    let portals = std::fs::read_to_string(desk.office.path("settings/portals.toml"))?;
    let applied: Result<_, ClientError> = elsewhere.apply_portals(portals.clone(), false).await;
    ensure!(reason(applied)? == "OPERATOR_TENANT_DENIED");
    ensure!(reason(elsewhere.create_tenant("elsewhere-2", "").await)? == "OPERATOR_TENANT_DENIED");

    // who has the tenant, and not the hub: portals and keys, but nothing that names the machine's files
    let mut region = OperatorClient::connect(&address, &token("region-admin")?, None).await?;
    ensure!(region.adapters().await?.len() == 1 && region.tenants().await?.len() == 1);
    region.create_portal_key("tenants/region/portals/web".to_owned(), None).await?;
    region.apply_portals(portals, false).await?;
    let settings = desk.office.provider_settings()?;
    ensure!(reason(region.apply_provider(settings, false).await)? == "OPERATOR_TENANT_DENIED");
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bootstrap_token_opens_nothing_once_it_is_switched_off() -> anyhow::Result<()> {
    let key = Signer::ed25519("ed")?;
    let desk = Desk::open(&[&key], "").await?;
    let bootstrap = desk.office.token()?;
    ensure!(desk.refusal(&bootstrap, 1).await?.is_empty());

    let path = &desk.office.configuration;
    let text = std::fs::read_to_string(path)?;
    std::fs::write(path, text.replace("[operator]", "[operator]\nbootstrap = false"))?;
    let desk = desk.restarted().await?;
    ensure!(desk.refusal(&bootstrap, 1).await? == "OPERATOR_TOKEN_INVALID");
    let token = key.sign(&desk.provider.claims("olga@region.example", &["hub-admin"]))?;
    ensure!(desk.refusal(&token, 1).await?.is_empty());
    desk.hub.stop().await;
    Ok(())
}

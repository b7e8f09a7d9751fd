//! What reaches the network depends on addresses too, not only on names.

use std::time::Duration;

use komunala_app::ports::BillingError;
use komunala_sandbox::{AdapterError, GrantError, Secrets, SettingError};

use crate::{
    adapters::{Hostile, component, digest_of, engine, limit, policy, settings},
    server::Server,
};

const TIME: Duration = Duration::from_secs(10);

async fn with_base_url(server: &Server, host: &str, addresses: &[&str]) -> Result<(), BillingError> {
    let mut policy = policy(server, "");
    policy.settings.insert("base_url".to_owned(), format!("http://{host}:{}", server.port()));
    policy.addresses = addresses.iter().map(|range| range.parse().unwrap()).collect();
    Hostile::with(settings(policy, Secrets::default())).account("request", TIME).await.map(drop)
}

#[tokio::test]
async fn a_literal_private_address_needs_its_range_granted() {
    let server = Server::start().await;
    assert_eq!(with_base_url(&server, "127.0.0.1", &[]).await, Err(limit("addresses")));
    assert_eq!(with_base_url(&server, "[::ffff:127.0.0.1]", &[]).await, Err(limit("addresses")));
    assert!(server.arrived("/request").is_empty());
    assert_eq!(with_base_url(&server, "127.0.0.1", &["127.0.0.0/8"]).await, Ok(()));
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_needs_its_range_granted() {
    let server = Server::start().await;
    assert_eq!(with_base_url(&server, "localhost", &["10.0.0.0/8"]).await, Err(limit("addresses")));
    assert!(server.arrived("/request").is_empty());
    assert_eq!(with_base_url(&server, "localhost", &["127.0.0.0/8"]).await, Ok(()));
}

#[tokio::test]
async fn without_the_operators_word_nothing_is_granted() {
    let server = Server::start().await;
    for revoke in ["hosts", "methods"] {
        let mut policy = policy(&server, "");
        match revoke {
            "hosts" => policy.hosts.clear(),
            _ => policy.methods.clear(),
        }
        let hostile = Hostile::with(settings(policy, Secrets::default()));
        assert_eq!(hostile.account("request", TIME).await.unwrap_err(), limit(revoke));
    }
    assert!(server.arrived("/request").is_empty());
}

#[tokio::test]
async fn a_missing_or_unknown_setting_is_named_before_anything_runs() {
    let server = Server::start().await;
    let load = |change: &dyn Fn(&mut komunala_sandbox::Policy)| {
        let mut policy = policy(&server, "");
        change(&mut policy);
        let settings = settings(policy, Secrets::default());
        komunala_sandbox::Adapter::load(&engine(), component(), digest_of(component()), None, &settings).unwrap_err()
    };
    let missing = load(&|policy| policy.settings.clear());
    assert!(
        matches!(&missing, AdapterError::Grant(GrantError::Setting(SettingError::Missing(name))) if name == "base_url"),
        "{missing}"
    );
    let unknown = load(&|policy| {
        policy.settings.insert("colour".to_owned(), "red".to_owned());
    });
    assert!(
        matches!(&unknown, AdapterError::Grant(GrantError::Setting(SettingError::Unknown(name))) if name == "colour"),
        "{unknown}"
    );
}

//! A portal gets another key while it is called.

use std::time::{Duration, Instant};

use anyhow::ensure;
use komunala_grpc::{client::OperatorClient, proto::v1::ListProvidersRequest};
use tonic_types::StatusExt;

use super::Teller;
use crate::Customer;

/// The portal of the example settings.
const WEB: &str = "tenants/region/portals/web";

/// How long a change may take to hold everywhere.
const SOON: Duration = Duration::from_secs(5);

/// Tells how a key is exchanged without a call that fails.
pub(super) async fn tell(teller: &Teller<'_>) -> anyhow::Result<()> {
    let world = teller.world;
    let mut operator = OperatorClient::connect(&world.operator.to_string(), &world.operator_token()?, None).await?;
    let first = operator.create_portal_key(WEB.to_owned(), None).await?;
    let before = calls(world.api, &first.secret, 20).await?;
    let second = operator.create_portal_key(WEB.to_owned(), None).await?;
    // both hold for as long as the portal needs to take the second one
    let meanwhile = tokio::try_join!(calls(world.api, &first.secret, 20), calls(world.api, &second.secret, 20))?;
    operator.revoke_portal_key(first.name).await?;
    let after = calls(world.api, &second.secret, 20).await?;
    ensure!(is_refused_soon(world.api, &first.secret).await?, "the revoked key still opens the portal");
    let all = before + meanwhile.0 + meanwhile.1 + after;
    teller.holds("komunala portal key add, revoke", &format!("another key for the portal: {all} calls, none failed"));
    operator.revoke_portal_key(second.name).await?;
    Ok(())
}

/// So many calls with a key, one after the other; answers how many they were, if none failed.
async fn calls(api: std::net::SocketAddr, key: &str, count: u32) -> anyhow::Result<u32> {
    let portal = Customer::open(api, key).await?;
    for _ in 0..count {
        portal.providers().list_providers(ListProvidersRequest::default()).await?;
    }
    Ok(count)
}

async fn is_refused_soon(api: std::net::SocketAddr, key: &str) -> anyhow::Result<bool> {
    let (portal, since) = (Customer::open(api, key).await?, Instant::now());
    loop {
        let asked = portal.providers().list_providers(ListProvidersRequest::default()).await;
        if let Err(status) = asked {
            let reason = status.get_details_error_info().map(|info| info.reason);
            return Ok(reason.as_deref() == Some("PORTAL_KEY_UNKNOWN"));
        }
        if since.elapsed() > SOON {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

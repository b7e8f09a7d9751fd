//! Users' access tokens that are not what they say: refused, and nothing that they lead to is fetched.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, ensure};
use komunala_app::credentials::{Keys, RootSecret};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::{client::OperatorClient, proto::v1::GetProfileRequest};
use komunala_tests::{Database, TestWorld};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::sign_on::signer::{Signer, shared, unsigned};

/// Why the hub refuses a token; empty for one that it takes.
async fn refusal(customer: &Customer, token: &str) -> anyhow::Result<String> {
    let asked = customer.signed_in(token)?.accounts().get_profile(GetProfileRequest {}).await;
    Ok(asked.err().map(|status| crate::sign_on::desk::reason(&status)).unwrap_or_default())
}

/// The key that a hub signs with, as whoever has its root secret can make it.
fn own_key(world: &TestWorld) -> anyhow::Result<Signer> {
    let root = std::fs::read(world.dir().join("root.key"))?;
    Signer::of_seed("", &Keys::derive(&RootSecret::new(root)?).subkey("access-tokens"))
}

fn claims_of(token: &str) -> anyhow::Result<Value> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = token.split('.').nth(1).context("a token has three parts")?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?)
}

/// The header of every token of a hub, to the letter.
const HEADER: &str = r#"{"typ":"JWT","alg":"EdDSA"}"#;

fn with(mut value: Value, field: &str, to: impl Into<Value>) -> Value {
    value[field] = to.into();
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_access_token_opens_nothing_and_nothing_it_leads_to_is_fetched() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (customer, session) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let (own, forger) = (own_key(&world)?, Signer::ed25519("forged")?);
    let asked = Arc::new(AtomicU32::new(0));
    let (counted, listener) = (asked.clone(), TcpListener::bind("127.0.0.1:0").await?);
    let url = format!("http://{}/keys", listener.local_addr()?);
    let keys = json!({ "keys": [forger.jwk()] });
    let lure = axum::Router::new().fallback(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        std::future::ready(axum::Json(keys.clone()))
    });
    tokio::spawn(async move {
        let _ = axum::serve(listener, lure).await;
    });

    let claims = claims_of(&session.access_token)?;
    let header = json!({ "typ": "JWT", "alg": "EdDSA" });
    let now = jiff::Timestamp::now().as_second();
    ensure!(
        refusal(&customer, &own.sign_as(HEADER, &claims)?).await?.is_empty(),
        "the test signs otherwise than the hub"
    );
    let invalid = "ACCESS_TOKEN_INVALID";
    let mut forged = vec![
        ("none", unsigned(with(header.clone(), "alg", "none"), &claims) + ".", invalid),
        ("another key", forger.sign_as(HEADER, &claims)?, invalid),
        ("jku", forger.sign_as(with(header.clone(), "jku", url.clone()), &claims)?, invalid),
        ("x5u", forger.sign_as(with(header.clone(), "x5u", url.clone()), &claims)?, invalid),
        ("jwk", forger.sign_as(with(header.clone(), "jwk", forger.jwk()), &claims)?, invalid),
        ("jku under the right key", own.sign_as(with(header.clone(), "jku", url.clone()), &claims)?, invalid),
        ("crit", own.sign_as(with(header.clone(), "crit", json!(["exp"])), &claims)?, invalid),
        ("another audience", own.sign_as(HEADER, &with(claims.clone(), "aud", "komunala.v2"))?, invalid),
        ("another issuer", own.sign_as(HEADER, &with(claims.clone(), "iss", "evil"))?, invalid),
        ("not yet", own.sign_as(HEADER, &with(claims.clone(), "nbf", now + 200))?, invalid),
        ("over", own.sign_as(HEADER, &with(claims.clone(), "exp", now - 1))?, "ACCESS_TOKEN_EXPIRED"),
        ("another tenant", own.sign_as(HEADER, &with(claims.clone(), "tenant", "elsewhere"))?, invalid),
        ("another portal", own.sign_as(HEADER, &with(claims.clone(), "portal", "another"))?, invalid),
        ("no tenant", own.sign_as(HEADER, &with(claims.clone(), "tenant", Value::Null))?, invalid),
        ("a refresh token", session.refresh_token.clone(), invalid),
        ("the portal's key", world.region.portal_key.clone(), invalid),
    ];
    for secret in own.public_forms() {
        forged.push((
            "HS256 under the public key",
            shared(with(header.clone(), "alg", "HS256"), &claims, &secret),
            invalid,
        ));
    }
    for (what, token, expected) in &forged {
        let reason = refusal(&customer, token).await?;
        ensure!(reason == *expected, "{what}: {reason:?}");
    }
    ensure!(asked.load(Ordering::Relaxed) == 0, "somebody asked the forger for keys");
    ensure!(refusal(&customer, &session.access_token).await?.is_empty());
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_tenant_opens_nothing_with_the_key_of_another() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (_, session) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let mut operator = OperatorClient::connect(&world.operator.to_string(), &world.operator_token()?, None).await?;
    let elsewhere = "[[portals]]\nid = \"web\"\ntenant = \"elsewhere\"\nproviders = []\n";
    operator.apply_portals(elsewhere.to_owned(), false).await?;
    let key = operator.create_portal_key("tenants/elsewhere/portals/web".to_owned(), None).await?.secret;
    let visitor = Customer::open(world.api, &key).await?;
    ensure!(refusal(&visitor, &session.access_token).await? == "ACCESS_TOKEN_INVALID");
    // the key is right: what it needs no user for, it opens
    let shown = visitor.providers().list_providers(komunala_grpc::proto::v1::ListProvidersRequest::default()).await?;
    ensure!(shown.into_inner().providers.is_empty());
    let own = Customer::open(world.api, &world.region.portal_key).await?;
    ensure!(refusal(&own, &session.access_token).await?.is_empty());
    // nor does somebody who is nobody of this tenant become somebody by a token that is made for them
    let stranger = with(claims_of(&session.access_token)?, "sub", format!("usr_{}", Uuid::now_v7().simple()));
    let stranger = own_key(&world)?.sign_as(HEADER, &stranger)?;
    ensure!(!refusal(&own, &stranger).await?.is_empty());
    world.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_with_a_bit_flipped_or_a_piece_cut_off_opens_nothing() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (customer, session) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let token = session.access_token;
    let runtime = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() });
    let tried = tokio::task::block_in_place(|| {
        runner.run(&(0..token.len(), 0..6_u8, any::<bool>()), |(at, bit, is_cut)| {
            let mut bytes = token.clone().into_bytes();
            if is_cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 1 << bit;
            }
            // what no header can carry never reaches the hub, and nothing at all is no token
            let Ok(spoilt) = String::from_utf8(bytes) else { return Ok(()) };
            if spoilt.bytes().any(|byte| !byte.is_ascii_graphic()) || spoilt.is_empty() {
                return Ok(());
            }
            let reason = runtime.block_on(refusal(&customer, &spoilt));
            let reason = reason.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(reason, "ACCESS_TOKEN_INVALID", "{}", spoilt);
            Ok(())
        })
    });
    ensure!(tried.is_ok(), "{tried:?}");
    ensure!(refusal(&customer, &token).await?.is_empty());
    world.stop().await;
    Ok(())
}

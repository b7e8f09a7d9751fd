//! Tokens that are not what they say: refused, and nothing that they lead to is fetched.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use anyhow::ensure;
use axum::{Json, Router, extract::State, http::Uri};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    desk::Desk,
    signer::{Signer, shared, unsigned},
};

/// A server that offers keys to whoever asks, and counts them.
async fn lure(key: &Signer) -> anyhow::Result<(String, Arc<AtomicU32>)> {
    async fn offer(State((asked, keys)): State<(Arc<AtomicU32>, Value)>, _: Uri) -> Json<Value> {
        asked.fetch_add(1, Ordering::Relaxed);
        Json(keys)
    }
    let asked = Arc::new(AtomicU32::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let routes = Router::new().fallback(offer).with_state((asked.clone(), json!({ "keys": [key.jwk()] })));
    tokio::spawn(async move {
        let _ = axum::serve(listener, routes).await;
    });
    Ok((url, asked))
}

/// A header with something more in it.
fn with(mut header: Value, field: &str, value: impl Into<Value>) -> Value {
    header[field] = value.into();
    header
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_opens_nothing_and_nothing_it_leads_to_is_fetched() -> anyhow::Result<()> {
    let honest = [Signer::rsa("rsa")?, Signer::ecdsa("ec")?, Signer::ed25519("ed")?];
    let forger = Signer::ed25519("ed")?;
    let (url, asked) = lure(&forger).await?;
    let desk = Desk::open(&honest.each_ref(), "").await?;
    let claims = desk.provider.claims("eve@evil.example", &["hub-admin"]);
    let [_, _, ed] = &honest;
    let mut forged = vec![
        ("none", unsigned(json!({ "alg": "none" }), &claims) + "."),
        ("None", unsigned(json!({ "alg": "NoNe", "kid": "ed" }), &claims) + "."),
        ("none with a signature", {
            let signature = ed.sign(&claims)?;
            let signature = signature.rsplit('.').next().unwrap_or_default();
            format!("{}.{signature}", unsigned(json!({ "alg": "none" }), &claims))
        }),
        ("another key of the same name", forger.sign(&claims)?),
        ("another key without a name", forger.sign_as(json!({ "alg": "EdDSA" }), &claims)?),
        ("no header", format!(".{}.x", ed.sign(&claims)?)),
        ("nothing", "..".to_owned()),
        ("two parts", unsigned(ed.header(), &claims)),
        ("a key of another algorithm", ed.sign_as(with(ed.header(), "kid", "rsa"), &claims)?),
        ("an algorithm of another key", ed.sign_as(with(ed.header(), "alg", "RS256"), &claims)?),
    ];
    for field in ["jku", "x5u"] {
        forged.push((field, forger.sign_as(with(forger.header(), field, format!("{url}/keys")), &claims)?));
        // even one that is signed as it should be may not say where keys are
        forged.push((field, ed.sign_as(with(ed.header(), field, format!("{url}/keys")), &claims)?));
    }
    forged.push(("jwk", forger.sign_as(with(forger.header(), "jwk", forger.jwk()), &claims)?));
    forged.push(("jwk", ed.sign_as(with(ed.header(), "jwk", forger.jwk()), &claims)?));
    forged.push(("x5c", forger.sign_as(with(forger.header(), "x5c", json!(["MIIB"])), &claims)?));
    forged.push(("crit", ed.sign_as(with(ed.header(), "crit", json!(["exp"])), &claims)?));
    forged.push(("b64", ed.sign_as(with(ed.header(), "b64", false), &claims)?));
    for key in &honest {
        for secret in key.public_forms() {
            forged.push(("HS256 under a public key", shared(with(key.header(), "alg", "HS256"), &claims, &secret)));
        }
    }
    for (index, (what, token)) in forged.iter().enumerate() {
        let place = u8::try_from(index / 8 + 1)?;
        let reason = desk.refusal(token, place).await?;
        ensure!(reason == "OPERATOR_TOKEN_INVALID", "{what}: {reason:?}");
    }
    ensure!(asked.load(Ordering::Relaxed) == 0, "somebody asked the forger for keys");
    // the same claims under the right key and header are what opens the door
    ensure!(desk.refusal(&ed.sign(&claims)?, 1).await?.is_empty());
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_somebody_else_or_of_another_time_opens_nothing() -> anyhow::Result<()> {
    let key = Signer::rsa("rsa")?;
    let desk = Desk::open(&[&key], "").await?;
    let claims = desk.provider.claims("olga@region.example", &["hub-admin"]);
    let now = jiff::Timestamp::now().as_second();
    let invalid = "OPERATOR_TOKEN_INVALID";
    let cases = [
        ("another audience", with(claims.clone(), "aud", "another"), invalid),
        ("other audiences", with(claims.clone(), "aud", json!(["a", "b"])), invalid),
        ("no audience", with(claims.clone(), "aud", Value::Null), invalid),
        ("another issuer", with(claims.clone(), "iss", "https://evil.example"), invalid),
        ("the issuer and more", with(claims.clone(), "iss", format!("{}/", desk.provider.issuer)), invalid),
        ("no issuer", with(claims.clone(), "iss", Value::Null), invalid),
        ("no end", with(claims.clone(), "exp", Value::Null), invalid),
        ("an end that is none", with(claims.clone(), "exp", "tomorrow"), invalid),
        ("not yet", with(claims.clone(), "nbf", now + 200), invalid),
        ("from tomorrow", with(claims.clone(), "iat", now + 86_400), invalid),
        ("nobody", with(claims.clone(), "email", Value::Null), invalid),
        ("over", with(claims.clone(), "exp", now - 100), "OPERATOR_TOKEN_EXPIRED"),
        ("no group", with(claims.clone(), "groups", json!([])), "OPERATOR_ROLE_MISSING"),
        ("groups that are none", with(claims.clone(), "groups", json!({ "hub-admin": true })), "OPERATOR_ROLE_MISSING"),
        ("one audience of several", with(claims.clone(), "aud", json!(["another", "komunala"])), ""),
        ("over since a moment", with(claims.clone(), "exp", now - 30), ""),
    ];
    for (index, (what, claims, expected)) in cases.iter().enumerate() {
        let reason = desk.refusal(&key.sign(claims)?, u8::try_from(index / 8 + 1)?).await?;
        ensure!(reason == *expected, "{what}: {reason:?}");
    }
    desk.hub.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_a_bit_flipped_or_a_piece_cut_off_opens_nothing() -> anyhow::Result<()> {
    let key = Signer::ecdsa("ec")?;
    let desk = Desk::open(&[&key], "").await?;
    let token = key.sign(&desk.provider.claims("olga@region.example", &["hub-admin"]))?;
    let runtime = tokio::runtime::Handle::current();
    // enough to hit every part; the flipping itself is tried more often where there is no network
    let mut runner = TestRunner::new(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() });
    let place = AtomicU32::new(0);
    let strategy = (0..token.len(), 0..6_u8, any::<bool>());
    let tried = tokio::task::block_in_place(|| {
        runner.run(&strategy, |(at, bit, is_cut)| {
            let mut bytes = token.clone().into_bytes();
            if is_cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 1 << bit;
            }
            // what no header can carry never reaches the hub
            let Ok(spoilt) = String::from_utf8(bytes) else { return Ok(()) };
            if spoilt.bytes().any(|byte| !byte.is_ascii_graphic()) || spoilt.is_empty() {
                return Ok(());
            }
            let place = u8::try_from(place.fetch_add(1, Ordering::Relaxed) / 8 + 1).unwrap_or(u8::MAX);
            let reason = runtime
                .block_on(desk.refusal(&spoilt, place))
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(reason, "OPERATOR_TOKEN_INVALID", "{}", spoilt);
            Ok(())
        })
    });
    ensure!(tried.is_ok(), "{tried:?}");
    ensure!(desk.refusal(&token, 100).await?.is_empty());
    desk.hub.stop().await;
    Ok(())
}

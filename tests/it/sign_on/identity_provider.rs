//! A small OpenID Connect provider over HTTPS: a discovery document, keys that can be exchanged, a switch for outages, and
//! a count of what it was asked.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get, serve::Listener};
use jiff::Timestamp;
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::signer::Signer;

/// For whom its tokens are.
pub(crate) const AUDIENCE: &str = "komunala";

/// An identity provider; it ends when this is dropped.
pub(crate) struct IdentityProvider {
    /// As it stands in tokens.
    pub(crate) issuer: String,
    /// The certificate to be trusted, in PEM.
    pub(crate) authority: String,
    world: Arc<World>,
    serving: JoinHandle<()>,
}

struct World {
    issuer: String,
    keys: Mutex<Vec<Value>>,
    is_down: AtomicBool,
    documents: AtomicU32,
    key_sets: AtomicU32,
}

impl IdentityProvider {
    /// Starts one that publishes these keys.
    pub(crate) async fn start(keys: &[&Signer]) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("https://localhost:{}/realms/region", listener.local_addr()?.port());
        let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let world = Arc::new(World {
            issuer: issuer.clone(),
            keys: Mutex::default(),
            is_down: AtomicBool::new(false),
            documents: AtomicU32::new(0),
            key_sets: AtomicU32::new(0),
        });
        let routes = Router::new()
            .route("/realms/region/.well-known/openid-configuration", get(document))
            .route("/keys", get(key_set))
            .with_state(world.clone());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![identity.cert.der().clone()], key)?;
        let secure = Secure { listener, acceptor: TlsAcceptor::from(Arc::new(tls)) };
        let serving = tokio::spawn(async move {
            let _ = axum::serve(secure, routes).await;
        });
        let provider = Self { issuer, authority: identity.cert.pem(), world, serving };
        provider.publish(keys);
        Ok(provider)
    }

    /// Publishes these keys from now on, and no others.
    pub(crate) fn publish(&self, keys: &[&Signer]) {
        let keys = keys.iter().map(|key| key.jwk()).collect();
        *self.world.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Answers nothing but errors, or answers again.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.world.is_down.store(is_down, Ordering::Relaxed);
    }

    /// How often its keys were asked for.
    pub(crate) fn key_sets(&self) -> u32 {
        self.world.key_sets.load(Ordering::Relaxed)
    }

    /// How often it was asked for anything.
    pub(crate) fn asked(&self) -> u32 {
        self.world.documents.load(Ordering::Relaxed) + self.key_sets()
    }

    /// What a sound token of its says, of somebody in these groups.
    pub(crate) fn claims(&self, email: &str, groups: &[&str]) -> Value {
        let now = Timestamp::now().as_second();
        json!({
            "iss": self.issuer, "aud": AUDIENCE, "sub": "8f14e45f", "email": email, "groups": groups,
            "iat": now, "nbf": now, "exp": now + 300,
        })
    }

    /// What a hub is configured with; the authority's certificate is written into `dir`.
    pub(crate) fn configuration(&self, dir: &std::path::Path) -> anyhow::Result<String> {
        let roots = dir.join("login-ca.pem");
        std::fs::write(&roots, &self.authority)?;
        Ok(format!(
            r#"[operator.oidc]
            issuer = "{}"
            audience = "{AUDIENCE}"
            roots = "{}"
            name_claim = "email"
            keys_rest = "1s"
            grants = [
                {{ value = "hub-read", roles = ["read"] }},
                {{ value = "hub-desk", roles = ["desk"] }},
                {{ value = "hub-billing", roles = ["billing"] }},
                {{ value = "hub-admin", roles = ["admin"] }},
                {{ value = "elsewhere-admin", roles = ["admin"], tenants = ["elsewhere"] }},
                {{ value = "region-admin", roles = ["admin"], tenants = ["region"] }},
            ]
            "#,
            self.issuer,
            roots.display()
        ))
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn document(State(world): State<Arc<World>>) -> Result<Json<Value>, StatusCode> {
    world.documents.fetch_add(1, Ordering::Relaxed);
    world.up()?;
    let keys = world.issuer.replace("/realms/region", "/keys");
    Ok(Json(json!({ "issuer": world.issuer, "jwks_uri": keys })))
}

async fn key_set(State(world): State<Arc<World>>) -> Result<Json<Value>, StatusCode> {
    world.key_sets.fetch_add(1, Ordering::Relaxed);
    world.up()?;
    let keys = world.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Json(json!({ "keys": keys })))
}

impl World {
    fn up(&self) -> Result<(), StatusCode> {
        match self.is_down.load(Ordering::Relaxed) {
            true => Err(StatusCode::SERVICE_UNAVAILABLE),
            false => Ok(()),
        }
    }
}

/// A listener that speaks TLS.
struct Secure {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, peer)) = self.listener.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

//! Adapters under test: the hostile guest, in an engine of its own, so that what it leaves behind is seen.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use komunala_app::ports::{BillingError, BillingSystem, Call};
use komunala_domain::{CustomerAccount, Sha256};
use komunala_sandbox::{Adapter, AdapterSettings, CodeCache, Engine, EngineSettings, Manifest, Policy, Secrets, pin};
use sha2::Digest;
use tempfile::TempDir;

use crate::server::Server;

static HOSTILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| std::fs::read(komunala_components::component("hostile")).expect("the build script left it there"));

/// Compiled once for all tests of this process.
static CACHE: LazyLock<(TempDir, CodeCache)> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    let cache = CodeCache::open(folder.path().join("code")).expect("a private folder");
    (folder, cache)
});

pub(crate) fn component() -> &'static [u8] {
    &HOSTILE
}

pub(crate) fn digest_of(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

pub(crate) fn engine() -> Engine {
    Engine::new(EngineSettings { concurrent_calls: Some(8), ..EngineSettings::default() }).unwrap()
}

/// What an operator allows the hostile guest: its server, and nothing beyond.
pub(crate) fn policy(server: &Server, more: &str) -> Policy {
    let hosts = "hosts = ['setting:base_url']\nmethods = ['GET', 'POST']\naddresses = ['127.0.0.1/32']\n";
    let text = format!("{hosts}{more}\n[settings]\nbase_url = '{}'\n", server.url());
    toml::from_str(&text).unwrap()
}

pub(crate) fn settings(policy: Policy, secrets: Secrets) -> AdapterSettings {
    let manifest = std::fs::read_to_string(komunala_components::manifest("hostile")).unwrap();
    AdapterSettings {
        provider: "hostile".parse().unwrap(),
        currency: "RSD".parse().unwrap(),
        time_zone: TimeZone::get("Europe/Belgrade").unwrap(),
        manifest: manifest.parse::<Manifest>().unwrap(),
        policy,
        secrets,
    }
}

/// The hostile guest and what it lives in.
pub(crate) struct Hostile {
    pub(crate) engine: Engine,
    pub(crate) adapter: Adapter,
}

impl Hostile {
    /// With `more` lines at the beginning of the policy.
    pub(crate) fn new(server: &Server, more: &str) -> Self {
        Self::with(settings(policy(server, more), Secrets::default()))
    }

    pub(crate) fn with(settings: AdapterSettings) -> Self {
        let engine = engine();
        let pinned = pin(&digest_of(component()).to_string()).unwrap();
        let adapter = Adapter::load(&engine, component(), pinned, Some(&CACHE.1), &settings).unwrap();
        Self { engine, adapter }
    }

    /// Asks for the account that is named after the verb.
    pub(crate) async fn account(&self, verb: &str, time: Duration) -> Result<CustomerAccount, BillingError> {
        self.adapter.account(Call::within(time), &verb.parse().unwrap()).await
    }

    /// Lets the guest do its worst; afterwards everything is as before.
    pub(crate) async fn misbehaves(&self, verb: &str) -> BillingError {
        let error = self.account(verb, Duration::from_secs(20)).await.expect_err(verb);
        self.is_as_before().await;
        error
    }

    /// The next call succeeds, no instance is left and no memory is held.
    pub(crate) async fn is_as_before(&self) {
        let next = self.account("answer", Duration::from_secs(5)).await;
        assert_eq!(next.unwrap().external_id.as_str(), "answer");
        let until = Instant::now() + Duration::from_secs(5);
        while self.engine.live_instances() > 0 || self.engine.guest_memory_bytes() > 0 {
            assert!(Instant::now() < until, "{:?} holds {} bytes", self.engine, self.engine.guest_memory_bytes());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

pub(crate) fn limit(name: &'static str) -> BillingError {
    BillingError::Limit { limit: name }
}

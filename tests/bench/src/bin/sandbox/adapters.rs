//! The adapters that are measured, loaded as a hub loads them.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context;
use jiff::tz::TimeZone;
use komunala_domain::Sha256;
use komunala_sandbox::{Adapter, AdapterSettings, Engine, Manifest, Policy, Secrets, Transport};
use sha2::Digest;

/// Where the billing systems would be.
pub(crate) const BASE_URL: &str = "http://billing.example";

/// The adapter of this name, with `more` lines of policy.
pub(crate) fn load(
    engine: &Engine,
    name: &str,
    settings: &[(&str, &str)],
    more: &str,
    transport: Arc<dyn Transport>,
) -> anyhow::Result<Adapter> {
    let bytes = component(name)?;
    let manifest: Manifest = std::fs::read_to_string(komunala_components::manifest(name))?.parse()?;
    let mut policy: Policy = toml::from_str(&format!("hosts = ['*']\nmethods = ['GET', 'POST', 'PUT']\n{more}"))?;
    policy.settings = BTreeMap::from([("base_url".to_owned(), BASE_URL.to_owned())]);
    policy.settings.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let settings = AdapterSettings {
        provider: name.parse()?,
        currency: "RSD".parse()?,
        time_zone: TimeZone::UTC,
        manifest,
        policy,
        secrets: Secrets::default(),
    };
    let pinned = Sha256(sha2::Sha256::digest(&bytes).into());
    Adapter::load_with_transport(engine, &bytes, pinned, None, &settings, transport).context("the adapter")
}

/// The bytes of a component.
pub(crate) fn component(name: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(komunala_components::component(name)).context("the component")
}

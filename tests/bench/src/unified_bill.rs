//! The adapter of nightly files in the sandbox, over the simulator's folders.

use std::time::Duration;

use jiff::tz::TimeZone;
use komunala_app::ports::Call;
use komunala_domain::Sha256;
use komunala_sandbox::{Adapter, AdapterSettings, Engine, Manifest, Secrets};
use komunala_simulators::HeatingExchange;
use sha2::Digest as _;

/// The longest that a call may take in a bench: going over a whole file is one call.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// A call that may take as long as any in a bench.
pub fn patiently() -> Call {
    Call::within(PATIENCE)
}

/// The adapter's component, loaded as the hub loads it, with the folders of an exchange.
///
/// # Errors
/// A component that is not built or does not load.
pub fn adapter(engine: &Engine, exchange: &HeatingExchange) -> anyhow::Result<Adapter> {
    let component = komunala_components::get("heating");
    let bytes = std::fs::read(component.path())?;
    let [out, ack, inbox] = [exchange.out(), exchange.ack(), exchange.inbox()];
    let policy = format!(
        "[folders]\nout = {out:?}\nack = {ack:?}\nin = {inbox:?}\n[settings]\npayee = 'JKP'\n[limits]\ncall_ms = {}\n",
        PATIENCE.as_millis()
    );
    let settings = AdapterSettings {
        provider: "unified".parse()?,
        currency: "RSD".parse()?,
        time_zone: TimeZone::get("Europe/Belgrade")?,
        manifest: std::fs::read_to_string(component.manifest())?.parse::<Manifest>()?,
        policy: toml::from_str(&policy)?,
        secrets: Secrets::default(),
    };
    let pinned = Sha256(sha2::Sha256::digest(&bytes).into());
    Ok(Adapter::load(engine, &bytes, pinned, None, &settings)?)
}

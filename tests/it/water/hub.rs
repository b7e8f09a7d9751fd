//! As much of a hub as an adapter needs: its sandbox, its settings, and the secret that it never sees.

use std::{path::Path, time::Duration};

use jiff::civil::Date;
use komunala_app::ports::{BillingSystem as _, Call};
use komunala_components::{component, manifest};
use komunala_domain::{
    CustomerNumber, ExternalId, Pin, Reading, Sha256,
    reading::{ReadingSource, RegisterState},
};
use komunala_sandbox::{Adapter, AdapterSettings, Engine, EngineSettings, Manifest, Policy, Secrets};
use komunala_simulators::{
    WaterSimulator,
    water::{Customer, WaterSimulatorBuilder},
};
use sha2::Digest as _;
use toml::Table;

/// Today in Belgrade: the adapter looks back from the real day, so the simulator lives on it too.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Belgrade").unwrap()).date()
}

/// A simulator with few customers.
pub(super) fn simulator() -> WaterSimulatorBuilder {
    WaterSimulator::builder().customers(200).credentials("hub", "pass & <word>")
}

/// The adapter with the settings of `deploy/settings`, at this address and with `more` in its grant.
pub(super) fn adapter(url: &str, more: &str) -> Adapter {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/settings/stambeno-ruma.toml");
    let mut settings: Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let grant = settings["grant"].as_table_mut().unwrap();
    grant["settings"].as_table_mut().unwrap().insert("base_url".into(), url.into());
    for (name, value) in more.parse::<Table>().unwrap() {
        grant["limits"].as_table_mut().unwrap().insert(name, value);
    }
    let policy: Policy = settings["grant"].clone().try_into().unwrap();
    let manifest: Manifest = std::fs::read_to_string(manifest("water")).unwrap().parse().unwrap();
    let settings = AdapterSettings {
        provider: "water".parse().unwrap(),
        currency: "RSD".parse().unwrap(),
        time_zone: jiff::tz::TimeZone::get("Europe/Belgrade").unwrap(),
        manifest,
        policy,
        secrets: Secrets::from_iter([("wsse_password".to_owned(), "pass & <word>".to_owned().into())]),
    };
    let bytes = std::fs::read(component("water")).unwrap();
    let digest = Sha256(sha2::Sha256::digest(&bytes).into());
    let engine = Engine::new(EngineSettings { concurrent_calls: Some(16), ..EngineSettings::default() }).unwrap();
    Adapter::load(&engine, &bytes, digest, None, &settings).unwrap()
}

pub(super) fn soon() -> Call {
    Call::within(Duration::from_secs(20))
}

pub(super) fn account(customer: Customer) -> ExternalId {
    customer.number().parse().unwrap()
}

/// Proves a customer, as registration does.
pub(super) async fn proved(adapter: &Adapter, number: &str, pin: &str) -> ExternalId {
    let number = CustomerNumber::parse(number).unwrap();
    adapter.verify(soon(), &number, &Pin::parse(pin).unwrap()).await.unwrap()
}

/// A customer's reading of today.
pub(super) fn reading(account: &ExternalId, meter: &str, value: &str) -> Reading {
    Reading {
        supply_point: account.clone(),
        serial_number: meter.to_owned(),
        date: today(),
        registers: vec![RegisterState { code: "total".to_owned(), value: value.parse().unwrap() }],
        source: ReadingSource::Customer,
    }
}

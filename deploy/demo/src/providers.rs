//! The providers of the demo, a file each: its billing system, how the hub reaches it, its customers, its story.

mod chernihivgaz;
mod elektro_gorenjska;
mod gas_ruma;
mod infostan;
mod stambeno_ruma;

use std::any::Any;

use futures::future::BoxFuture;
use komunala_simulators::{Effect, Rule, Switches};
use toml::Table;

pub use chernihivgaz::Chernihivgaz;
pub use elektro_gorenjska::ElektroGorenjska;
pub use gas_ruma::GasRuma;
pub use infostan::Infostan;
pub use stambeno_ruma::StambenoRuma;

use crate::{SettingsFile, World, WorldSettings, story::Teller};

/// Every provider there is, by id, in the order in which their stories are told.
pub const ALL: [(&str, Start); 5] = [
    ("gas-ruma", gas_ruma::start),
    ("chernihivgaz", chernihivgaz::start),
    ("stambeno-ruma", stambeno_ruma::start),
    ("infostan", infostan::start),
    ("elektro-gorenjska", elektro_gorenjska::start),
];

/// Starts a provider's billing system.
pub type Start = for<'a> fn(&'a WorldSettings) -> BoxFuture<'a, anyhow::Result<Box<dyn Provider>>>;

/// Where billing systems listen: on any free port.
const ANY: &str = "127.0.0.1:0";

/// How long a silent billing system holds a call before it hangs up: longer than the hub lets anybody wait.
const SILENCE_MS: u64 = 5_000;

/// Makes a billing system take calls and answer none, or answer again.
fn silence(switches: &Switches, silent: bool) {
    match silent {
        true => switches.add(Rule::new("/", Effect::Timeout { ms: SILENCE_MS })),
        false => switches.clear(),
    }
}

/// Where a customer finds himself on the paper bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperBill {
    /// The customer number.
    pub customer_number: String,
    /// The PIN.
    pub pin: String,
}

/// A utility whose billing system runs.
#[async_trait::async_trait]
pub trait Provider: Any + Send + Sync {
    /// Its id, and the name of its settings file.
    fn id(&self) -> &'static str;

    /// The language its customers register in.
    fn language(&self) -> &'static str;

    /// Changes the settings so that the hub reaches what was started.
    fn connect(&self, settings: &mut SettingsFile) -> anyhow::Result<()>;

    /// Changes what stands in the hub's configuration for all.
    fn configure(&self, _hub: &mut Table) {}

    /// Waits until its customers can be served.
    async fn ready(&self, _world: &World) -> anyhow::Result<()> {
        Ok(())
    }

    /// The first ordinary customers: open, unlocked, with a PIN and bills with PDFs.
    fn customers(&self, count: usize) -> Vec<PaperBill>;

    /// Makes the billing system take calls and answer none, or answer again.
    fn silence(&self, silent: bool);

    /// Whether the hub asks the billing system while a customer waits; where it is fed by files there is nobody to ask.
    fn answers_live(&self) -> bool {
        true
    }

    /// Whether the billing system prints somebody's bills; `None` where nobody tells it.
    fn prints_for(&self, _bill: &PaperBill) -> Option<bool> {
        None
    }

    /// Tells what this provider has of its own; the first step that does not hold ends it.
    async fn tell(&self, teller: &Teller<'_>) -> anyhow::Result<()>;
}

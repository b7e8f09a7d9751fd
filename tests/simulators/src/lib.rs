//! Simulators of the billing systems behind the adapters, of payment providers, and of a gateway for short messages: real
//! servers, or real folders, that
//! follow the published shapes.
//!
//! Each billing system has a folder of its own; what the servers share is how they are made to fail ([`Switches`],
//! [`Rule`]), what they count ([`Counters`]) and what day it is ([`Clock`]). A simulator knows nothing of the hub, the
//! adapters or the tests: whatever passes against it must pass against another server that follows the same text.

mod amount;
pub mod checkout;
mod clock;
mod control;
mod counters;
mod draw;
pub mod electricity;
mod faults;
pub mod gas;
pub mod heating;
mod month;
mod phones;
pub mod program;
mod rule;
mod serbian;
mod server;
mod special;
mod switches;
mod waste;
pub mod water;

pub use amount::Amount;
pub use checkout::{IpaySimulator, PortmoneSimulator};
pub use clock::Clock;
pub use counters::{Counters, Counts, Trace};
pub use electricity::ElectricitySimulator;
pub use gas::GasSimulator;
pub use heating::HeatingExchange;
pub use month::Month;
pub use phones::{PhoneFault, PhoneGateway, SentText};
pub use rule::{Effect, Malformation, RetryAfter, Rule, Times};
pub use switches::{Paging, SwitchSettings, Switches};
pub use waste::WasteSimulator;
pub use water::WaterSimulator;

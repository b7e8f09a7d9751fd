//! Simulators of the billing systems behind the adapters: real servers that follow the published shapes.
//!
//! [`Rule`]), what they count ([`Counters`]) and what day it is ([`Clock`]). A simulator knows nothing of the hub, the
//! adapters or the tests: whatever passes against it must pass against another server that follows the same text.

mod amount;
mod clock;
mod control;
mod counters;
mod draw;
mod faults;
mod month;
mod rule;
mod server;
mod switches;

pub use amount::Amount;
pub use clock::Clock;
pub use counters::{Counters, Counts, Trace};
pub use month::Month;
pub use rule::{Effect, Malformation, RetryAfter, Rule, Times};
pub use switches::{Paging, SwitchSettings, Switches};

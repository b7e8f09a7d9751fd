//! Simulators of payment providers: where a payer is sent, pays or not, and comes back from; and what the shop is told.
//!
//! Each has a [`Till`], whose switches make it lie, stammer, come late or keep silent towards the shop. Whatever goes wrong on
//! the way (down, slow, cut) is the [`Rule`](crate::Rule)s' part, as with billing systems.

mod browser;
mod ipay;
mod page;
mod portmone;
mod till;

pub(crate) use browser::encoded;
pub use browser::{Browser, Shown};
pub use ipay::IpaySimulator;
pub use portmone::PortmoneSimulator;
pub use till::{Bill, BillState, Says, Till, TillSwitches};

//! The billing system of a water and housing utility: SOAP 1.1 with a WS-Security token, one request at a time.
//!
//! Everything about a customer is a function of the seed, the customer's place and today; what was written since the
//! start lies on top of it (`written`). The files from `customer` to `card` are that function, `system` puts both
//! together, `operation` answers calls, `envelope` and `fault` are what they look like, `desk` lets one in at a time.

mod bill;
mod card;
mod change;
mod customer;
mod desk;
mod document;
mod envelope;
mod fault;
mod meter;
mod name;
mod operation;
mod print;
mod reading;
mod simulator;
mod system;
mod written;

pub use customer::{Customer, Kind, Population};
pub use reading::{Reading, Source};
pub use simulator::{Credentials, WaterSimulator, WaterSimulatorBuilder};

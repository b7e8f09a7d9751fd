//! The billing system of an electricity distributor: REST with metering XML, as Elektro Gorenjska's adapter meets it.
//!
//! Everything about a payer is a function of the seed, the payer's place and now; quarter-hours and states are computed
//! when they are asked for. What was written since the start lies on top (`written`). The files from `customer` to
//! `outage` are that function, `format` writes readings in three forms, `routes` speak HTTP.

mod bill;
mod customer;
mod eslog;
mod format;
mod moment;
mod outage;
mod pdf;
mod point;
mod refusal;
mod routes;
mod series;
mod settings;
mod simulator;
mod system;
mod usage;
mod written;

pub use customer::{Kind, Payer, Payers};
pub use moment::Moment;
pub use outage::{Outage, OutageState};
pub use point::Point;
pub use simulator::{ElectricitySimulator, ElectricitySimulatorBuilder};
pub use written::Submitted;

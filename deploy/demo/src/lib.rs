//! The demo: a region with one hub, the billing systems behind it and a mail server, and a customer's story told in it.
//!
//! **Knows** the settings of `deploy/settings`, the simulators and the sink; the hub only as a server to configure and
//! as an API to call. The end-to-end tests build their worlds with it.

pub mod customer;
pub mod newcomer;
pub mod report;
pub mod story;
pub mod world;

pub use customer::Customer;
pub use newcomer::Newcomer;
pub use world::{Region, World, WorldSettings};

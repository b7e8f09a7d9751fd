//! The demo: a region with one hub, the billing systems behind it and a mail server, and what their customers do there.
//!
//! A provider of the demo is a file in `providers/`: the world is their sum, and the story tells each one's own and then
//! that of a customer who has several of them in one cabinet.
//!
//! **Knows** the settings of `deploy/settings`, the simulators and the sink; the hub only as a server to configure and
//! as an API to call. The end-to-end tests build their worlds with it.

pub mod customer;
pub mod desk;
pub mod dkim;
pub mod inbox;
pub mod newcomer;
pub mod providers;
pub mod region;
pub mod report;
mod settings_file;
pub mod story;
pub mod world;

pub use customer::Customer;
pub use desk::Desk;
pub use inbox::Inbox;
pub use newcomer::Newcomer;
pub use providers::{Chernihivgaz, ElektroGorenjska, GasRuma, Infostan, PaperBill, Provider, StambenoRuma};
pub use region::Region;
pub use settings_file::SettingsFile;
pub use world::{World, WorldSettings};

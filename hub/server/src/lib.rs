//! The server: the one crate that knows all others, and puts them together.
//!
//! **Knows** the configuration, the settings files, the wiring, telemetry and the command line.
//! **Must not know** how anything works: it decides nothing but who is connected to whom.

pub mod commands;
pub mod configuration;
mod feeds;
pub mod secret;
pub mod settings;
mod start;
pub mod telemetry;
mod token;
mod workers;
mod workshop;

pub use configuration::Configuration;
pub use start::{ListenerError, Running, StartError, start, start_at};
pub use token::TokenError;
pub use workshop::WorkshopError;

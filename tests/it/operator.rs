//! What operators change while the hub runs.

mod access;
mod command_line;
mod install;
mod mail;
pub(crate) mod office;
mod outages;
mod providers;
mod refused;
mod replicas;
mod returned;
mod settings;
mod signature;
mod switch;
mod tenants;

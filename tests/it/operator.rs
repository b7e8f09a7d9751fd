//! What operators change while the hub runs.

mod access;
mod command_line;
mod install;
mod office;
mod refused;
mod replicas;
mod settings;
mod signature;
mod switch;

//! The water simulator over real HTTP: each rule of its interface as a sentence.

mod bills;
mod changes;
mod client;
mod customers;
mod desk;
mod program;
mod readings;
#[path = "../wire/mod.rs"]
mod wire;

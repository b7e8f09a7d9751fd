//! The electricity simulator over real HTTP: each rule of its interface as a sentence.

mod bills;
mod client;
mod outages;
mod points;
mod program;
mod readings;
mod submissions;
#[path = "../wire/mod.rs"]
mod wire;

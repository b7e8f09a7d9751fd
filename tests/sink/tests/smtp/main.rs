//! The sink over real TCP: the protocol, and what goes wrong when it is told to.

mod auth;
mod client;
mod data;
mod faults;
mod mailbox;
mod program;
mod protocol;
mod tls;

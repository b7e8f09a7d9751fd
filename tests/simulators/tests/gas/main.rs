//! The gas simulator over real HTTP: each rule of its interface as a sentence.

mod accounts;
mod card;
mod changes;
mod chernihiv;
mod client;
mod control;
mod faults;
mod invoices;
mod paging;
mod program;
mod readings;
mod session;
#[path = "../wire/mod.rs"]
mod wire;
mod writes;

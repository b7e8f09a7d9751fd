//! The adapter of a small waste utility whose billing system speaks REST and JSON.
//!
//! It knows that billing system and the contract, and nothing of the hub. A capability is one file that asks and
//! answers; `system` sends, and says what a failure means. Requests go out plain: the hub puts credentials in.

mod account;
mod bill;
mod customers;
mod delivery;
mod documents;
mod invoices;
mod refusal;
mod requests;
mod system;

pub use system::System;

/// The adapter.
#[derive(Debug)]
pub struct Adapter;

// What stands here is what customers see. Take a name away, and portals hide that part.
komunala_adapter_sdk::export!(Adapter: customers, invoices, documents, delivery, requests);

//! An adapter of files with one misdeed: each is named after the scenario of `komunala adapter check` that has to notice
//! it. Without the setting `misdeed` it does everything right.
//!
//! Its exchange is as small as one can be. `out/N.txt` holds payments, `id;customer;amount` a line, and at last
//! `END;count;sum`; `N.ok` with the number of its bytes seals it, and N counts from 1 without a gap. `in/N.csv` holds what
//! is handed over, sealed the same way, and `ack/N.csv` answers it, `row;answer` a line.
//!
//! It knows the SDK. On other targets than `wasm32-wasip2` the crate is empty.
#![cfg(target_arch = "wasm32")]

mod answered;
mod folder;
mod incoming;
mod listing;
mod misdeed;
mod outgoing;
mod payments;

/// The adapter.
struct Clerk;

komunala_adapter_sdk::export!(Clerk: files, delivery, requests);

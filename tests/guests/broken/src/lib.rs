//! The template's adapter with one misdeed: each is named after the scenario of `komunala adapter check` that has to
//! notice it. Without the setting `misdeed` it does everything right.
//!
//! The template's own files are compiled in, not linked: a component exports a capability once. What the template's
//! billing system does not have (readings, series, outages) is answered out of nothing.
//!
//! It knows the SDK and the template's sources. On other targets than `wasm32-wasip2` the crate is empty.
#![cfg(target_arch = "wasm32")]

macro_rules! template {
    ($($module:ident = $path:literal),* $(,)?) => {
        $(#[allow(dead_code, reason = "the template's own")] #[path = $path] mod $module;)*
    };
}

template! {
    account = "../../../../plugins/template/src/account.rs",
    bill = "../../../../plugins/template/src/bill.rs",
    customers = "../../../../plugins/template/src/customers.rs",
    delivery = "../../../../plugins/template/src/delivery.rs",
    documents = "../../../../plugins/template/src/documents.rs",
    invoices = "../../../../plugins/template/src/invoices.rs",
    refusal = "../../../../plugins/template/src/refusal.rs",
    requests = "../../../../plugins/template/src/requests.rs",
    system = "../../../../plugins/template/src/system.rs",
}

mod answers;
mod lists;
mod misdeed;
mod network;
mod readings;
mod writes;

use system::System;

/// The template's adapter, as it should be.
struct Adapter;

/// The same with a misdeed.
struct Broken;

komunala_adapter_sdk::export!(Broken: customers, invoices, documents, delivery, requests, readings, intervals, outages);

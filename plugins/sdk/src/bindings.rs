//! What is generated from the contract: its types once, then one world per capability.
//!
//! A world whose `export_…` macro an adapter does not call leaves nothing in its component.
#![allow(
    unsafe_code,
    missing_docs,
    unreachable_pub,
    clippy::all,
    reason = "generated: the canonical ABI passes raw memory, and the contract documents its items"
)]

mod model {
    wit_bindgen::generate!({
        path: "../wit/0.1.0",
        world: "types-only",
        generate_all,
        generate_unused_types: true,
        additional_derives: [PartialEq, Eq],
    });
}

pub use model::komunala::adapter::{account_types, invoice_types, reading_types, types};

/// One module per capability, each a world of its own over the shared types it mentions.
macro_rules! capability {
    ($module:ident, $world:literal, $export:literal, $bindings:literal, [$($interface:literal: $shared:path),*]) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: "../wit/0.1.0",
                world: $world,
                with: {
                    "komunala:adapter/types@0.1.0": crate::bindings::types,
                    $($interface: $shared,)*
                },
                additional_derives: [PartialEq, Eq],
                pub_export_macro: true,
                export_macro_name: $export,
                default_bindings_module: $bindings,
            });
        }
    };
}

capability!(
    customers,
    "customers-adapter",
    "export_customers",
    "komunala_adapter_sdk::bindings::customers",
    ["komunala:adapter/account-types@0.1.0": crate::bindings::account_types]
);
capability!(
    invoices,
    "invoices-adapter",
    "export_invoices",
    "komunala_adapter_sdk::bindings::invoices",
    ["komunala:adapter/invoice-types@0.1.0": crate::bindings::invoice_types]
);
capability!(documents, "documents-adapter", "export_documents", "komunala_adapter_sdk::bindings::documents", []);
capability!(ledger, "ledger-adapter", "export_ledger", "komunala_adapter_sdk::bindings::ledger", []);
capability!(
    balance,
    "balance-adapter",
    "export_balance",
    "komunala_adapter_sdk::bindings::balance",
    ["komunala:adapter/invoice-types@0.1.0": crate::bindings::invoice_types]
);
capability!(
    readings,
    "readings-adapter",
    "export_readings",
    "komunala_adapter_sdk::bindings::readings",
    ["komunala:adapter/reading-types@0.1.0": crate::bindings::reading_types]
);
capability!(delivery, "delivery-adapter", "export_delivery", "komunala_adapter_sdk::bindings::delivery", []);
capability!(requests, "requests-adapter", "export_requests", "komunala_adapter_sdk::bindings::requests", []);
capability!(payments, "payments-adapter", "export_payments", "komunala_adapter_sdk::bindings::payments", []);
capability!(
    changes,
    "changes-adapter",
    "export_changes",
    "komunala_adapter_sdk::bindings::changes",
    ["komunala:adapter/account-types@0.1.0": crate::bindings::account_types,
     "komunala:adapter/invoice-types@0.1.0": crate::bindings::invoice_types,
     "komunala:adapter/reading-types@0.1.0": crate::bindings::reading_types]
);
capability!(
    files,
    "files-adapter",
    "export_files",
    "komunala_adapter_sdk::bindings::files",
    ["komunala:adapter/account-types@0.1.0": crate::bindings::account_types,
     "komunala:adapter/invoice-types@0.1.0": crate::bindings::invoice_types]
);
capability!(intervals, "intervals-adapter", "export_intervals", "komunala_adapter_sdk::bindings::intervals", []);
capability!(outages, "outages-adapter", "export_outages", "komunala_adapter_sdk::bindings::outages", []);

//! Version 0.1 of the contract: bindings for its types once, and for each interface.
//!
//! A guest of any 0.1.x is served from here; interfaces it exports beyond these are ignored.

use komunala_domain::Capability;
use wasmtime::component::InstancePre;

use crate::store::GuestState;

#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated from the contract, which documents them")]
mod all_types {
    wasmtime::component::bindgen!({ path: "../../plugins/wit/0.1.0", world: "types-only" });
}

// public for the bindings below, which re-export them; the module itself goes nowhere
#[allow(unreachable_pub, reason = "see above")]
pub use all_types::komunala::adapter::{account_types, invoice_types, reading_types, types};

macro_rules! interfaces {
    ($( $module:ident ($capability:ident): $indices:ident = $world:literal, $($interface:literal: $types:ident),*; )*) => {
        $(
            #[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated from the contract, which documents them")]
            pub(crate) mod $module {
                wasmtime::component::bindgen!({
                    path: "../../plugins/wit/0.1.0",
                    world: $world,
                    exports: { default: async },
                    with: {
                        $( $interface: super::$types, )*
                    },
                });
            }
        )*

        /// Where a component has its interfaces: found once, when it is loaded.
        pub(crate) struct Interfaces {
            $( pub(crate) $module: Option<$module::$indices>, )*
        }

        impl Interfaces {
            /// What this component exports of the contract.
            pub(crate) fn of(component: &InstancePre<GuestState>) -> Self {
                Self { $( $module: $module::$indices::new(component).ok(), )* }
            }

            /// Whether this one is there, with the contract's functions and types.
            pub(crate) fn has(&self, capability: Capability) -> bool {
                match capability { $( Capability::$capability => self.$module.is_some(), )* }
            }
        }
    };
}

interfaces! {
    customers (Customers): CustomersAdapterIndices = "customers-adapter",
        "komunala:adapter/types": types, "komunala:adapter/account-types": account_types;
    invoices (Invoices): InvoicesAdapterIndices = "invoices-adapter",
        "komunala:adapter/types": types, "komunala:adapter/invoice-types": invoice_types;
    documents (Documents): DocumentsAdapterIndices = "documents-adapter",
        "komunala:adapter/types": types;
    ledger (Ledger): LedgerAdapterIndices = "ledger-adapter",
        "komunala:adapter/types": types;
    balance (Balance): BalanceAdapterIndices = "balance-adapter",
        "komunala:adapter/types": types, "komunala:adapter/invoice-types": invoice_types;
    readings (Readings): ReadingsAdapterIndices = "readings-adapter",
        "komunala:adapter/types": types, "komunala:adapter/reading-types": reading_types;
    delivery (Delivery): DeliveryAdapterIndices = "delivery-adapter",
        "komunala:adapter/types": types;
    requests (Requests): RequestsAdapterIndices = "requests-adapter",
        "komunala:adapter/types": types;
    payments (Payments): PaymentsAdapterIndices = "payments-adapter",
        "komunala:adapter/types": types;
    changes (Changes): ChangesAdapterIndices = "changes-adapter",
        "komunala:adapter/types": types, "komunala:adapter/account-types": account_types, "komunala:adapter/invoice-types": invoice_types, "komunala:adapter/reading-types": reading_types;
    files (Files): FilesAdapterIndices = "files-adapter",
        "komunala:adapter/types": types, "komunala:adapter/account-types": account_types, "komunala:adapter/invoice-types": invoice_types;
    intervals (Intervals): IntervalsAdapterIndices = "intervals-adapter",
        "komunala:adapter/types": types;
    outages (Outages): OutagesAdapterIndices = "outages-adapter",
        "komunala:adapter/types": types;
}

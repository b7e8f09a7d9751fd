//! Which capabilities a component offers.

/// Exports capabilities of an adapter: `export!(Gas: customers, invoices);`.
///
/// Each named capability needs its trait implemented on the type (`Customers` for `customers`, and so on). Natively it
/// expands to a check of just that: the exported symbols are names of the component model that no native linker takes.
#[macro_export]
macro_rules! export {
    ($adapter:ident : $($capability:ident),+ $(,)?) => {
        $($crate::export_capability!($capability $adapter);)+
    };
}

#[doc(hidden)]
#[macro_export]
#[cfg(target_arch = "wasm32")]
macro_rules! export_capability {
    (customers $adapter:ident) => { $crate::bindings::customers::export_customers!($adapter with_types_in $crate::bindings::customers); };
    (invoices $adapter:ident) => { $crate::bindings::invoices::export_invoices!($adapter with_types_in $crate::bindings::invoices); };
    (documents $adapter:ident) => { $crate::bindings::documents::export_documents!($adapter with_types_in $crate::bindings::documents); };
    (ledger $adapter:ident) => { $crate::bindings::ledger::export_ledger!($adapter with_types_in $crate::bindings::ledger); };
    (balance $adapter:ident) => { $crate::bindings::balance::export_balance!($adapter with_types_in $crate::bindings::balance); };
    (readings $adapter:ident) => { $crate::bindings::readings::export_readings!($adapter with_types_in $crate::bindings::readings); };
    (delivery $adapter:ident) => { $crate::bindings::delivery::export_delivery!($adapter with_types_in $crate::bindings::delivery); };
    (requests $adapter:ident) => { $crate::bindings::requests::export_requests!($adapter with_types_in $crate::bindings::requests); };
    (payments $adapter:ident) => { $crate::bindings::payments::export_payments!($adapter with_types_in $crate::bindings::payments); };
    (changes $adapter:ident) => { $crate::bindings::changes::export_changes!($adapter with_types_in $crate::bindings::changes); };
    (files $adapter:ident) => { $crate::bindings::files::export_files!($adapter with_types_in $crate::bindings::files); };
    (intervals $adapter:ident) => { $crate::bindings::intervals::export_intervals!($adapter with_types_in $crate::bindings::intervals); };
    (outages $adapter:ident) => { $crate::bindings::outages::export_outages!($adapter with_types_in $crate::bindings::outages); };
}

#[doc(hidden)]
#[macro_export]
#[cfg(not(target_arch = "wasm32"))]
macro_rules! export_capability {
    ($capability:ident $adapter:ident) => {
        const _: fn() = || {
            fn offers<T: $crate::bindings::$capability::exports::komunala::adapter::$capability::Guest>() {}
            offers::<$adapter>();
        };
    };
}

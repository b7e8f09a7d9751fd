//! The capabilities under the names that an adapter uses: `invoices::Invoices` is the trait to implement, and what its
//! methods speak of stands beside it, or in the modules of types that several capabilities share.

/// Accounts, supply points, meters.
pub use crate::bindings::account_types;
/// Bills.
pub use crate::bindings::invoice_types;
/// Meter readings.
pub use crate::bindings::reading_types;

macro_rules! capability {
    ($(#[$docs:meta])* $module:ident, $trait:ident) => {
        $(#[$docs])*
        pub mod $module {
            pub use crate::bindings::$module::exports::komunala::adapter::$module::{Guest as $trait, *};
        }
    };
}

capability!(
    /// Who a customer is.
    customers, Customers
);
capability!(
    /// The bills of an account.
    invoices, Invoices
);
capability!(
    /// The legal document of a bill.
    documents, Documents
);
capability!(
    /// The account card.
    ledger, Ledger
);
capability!(
    /// What is owed now.
    balance, Balance
);
capability!(
    /// Meter readings: history and the customer's own.
    readings, Readings
);
capability!(
    /// Paper or e-mail, as the billing system knows it.
    delivery, Delivery
);
capability!(
    /// Questions and complaints.
    requests, Requests
);
capability!(
    /// Payments told to the billing system.
    payments, Payments
);
capability!(
    /// Bulk synchronisation by cursor.
    changes, Changes
);
capability!(
    /// Files in exchange for files, where nothing can be asked.
    files, Files
);
capability!(
    /// Series of measured values.
    intervals, Intervals
);
capability!(
    /// Interruptions of supply.
    outages, Outages
);

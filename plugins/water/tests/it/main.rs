//! The adapter's mapping, run natively against recorded answers of the billing system.

mod changes;
mod customers;
mod documents;
mod invoices;
mod ledger;
mod readings;
mod recorded;
mod writes;

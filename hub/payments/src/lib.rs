//! The payment providers' protocols: how a payer gets there, and what became of a payment.
//!
//! **Knows** Ipay (XML, signed salts) and Portmone (a form, and JSON for the result), HTTPS, and how little of an answer to
//! read. Amounts are integers in minor units from end to end; where a protocol writes decimals, they are written and read
//! digit by digit.
//! **Must not know** bills, states of payments, or what follows from an answer: `komunala_app` compares and decides. Nothing
//! that comes unasked is believed here either: a call-back is read, its signature checked, and that is all.

mod amount;
mod exchange;
mod ipay;
mod portmone;
mod shop;

pub use exchange::Exchange;
pub use shop::{Protocol, Shop, ShopError, UnknownProtocol, check, gateway};

//! Paying: where a bill can be paid, the way to a payment provider, and what became of it.
//!
//! What a payment provider sends unasked only makes the hub ask. A payment counts as paid once the payment provider said
//! so when it was asked, of this payment, for this shop and this amount.

mod bill;
mod callback;
mod forward;
mod links;
mod list;
mod options;
mod outcome;
mod post;
mod settle;
mod standing;
mod start;

pub use callback::Heard;
pub use options::PaymentOptions;
pub use outcome::Outcome;
pub use start::{PayByLink, StartPayment, StartedPayment};

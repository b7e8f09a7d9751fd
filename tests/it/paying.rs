//! Paying a bill through payment providers that are late, stammer, lie or are down.

mod lies;
mod once;
mod page;
mod payer;
mod recovery;

//! Paying a bill through payment providers that are late, stammer, lie or are down, at a hub that may be killed.

mod killed;
mod lies;
mod once;
mod page;
mod payer;
mod recovery;

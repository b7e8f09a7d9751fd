//! Outgoing HTTP of guests, as the hub allows it.
//!
//! A request passes, in this order: [`gate`] (count, host, literal address, method) → its body is taken in, within its
//! limit → [`placeholder`]s are filled in → headers that are the hub's own are set: credentials and the trace → a
//! [`Transport`] sends it, which looks the host up, filters the addresses and connects to exactly those → the answer's
//! length is looked at → its body is metered while the guest reads it.
//!
//! Redirects are not followed: the guest sees them, and a new request passes all of this again. Nothing is
//! decompressed: a limit on bytes is a limit on bytes that were sent.

mod body;
mod escape;
mod exchange;
mod gate;
mod network;
mod oauth;
mod placeholder;
mod resolver;
mod trace;
mod transport;
mod unattended;

pub(crate) use exchange::Outgoing;
pub(crate) use gate::Gate;
pub use network::{Network, TlsError};
pub(crate) use oauth::OAuthClient;
pub use transport::{ResponseBody, Transport, TransportError};

//! A listener that holds its bounds: so many connections, TLS within a time, and an end that does not hang.
//!
//! **Knows** TCP and TLS.
//! **Must not know** what is spoken on a connection: it hands each to an [`Exchange`], with whom it comes from.

mod accept;
mod tls;

pub use accept::{Exchange, Listener, Peer, Stopped};
pub use tls::{ClientAuthorities, Protocols, Tls, TlsError};

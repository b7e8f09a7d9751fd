//! The few web pages of the hub and its call-backs: the page where a bill is paid, the way to a payment provider and back,
//! the page at which somebody has no more bills by mail, and what payment providers, gateways for short messages and the
//! operator's mail server send.
//!
//! **Knows** axum and HTTP: paths, headers, forms, cookies it has none. It is the only crate of the hub that does.
//! **Must not know** how a page looks (the port `PayPages` writes it), who may see what (the use cases say), or any payment
//! provider's protocol: call-backs are handed on as they came.
//!
//! Everything here is open to the world and needs no sign-in: a signed token in the path says what may be seen, and without
//! one there is the same page for everybody. Callers are counted, connections, heads and bodies bounded, and nothing is
//! kept by browsers or between them and the hub.

mod answer;
mod limits;
mod reader;
mod server;
mod settings;
mod site;

pub use server::Server;
pub use settings::Settings;
pub use site::{BounceDesk, Site};

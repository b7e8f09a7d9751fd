//! The use cases of the hub and the ports they need.
//!
//! **Knows** the domain, who may do what (the scopes), and in which order things happen.
//! **Must not know** gRPC, SQL, WebAssembly, SMTP or HTTP: those crates implement [`ports`] or call the use cases.

pub mod ports;
pub mod scope;

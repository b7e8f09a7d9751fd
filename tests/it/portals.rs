//! How portals get in: keys that are exchanged without a gap, origins, certificates.

mod keys;
mod origins;
mod tls;

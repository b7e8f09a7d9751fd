//! The gRPC API: the wire, and nothing behind it.
//!
//! **Knows** tonic, prost, HTTP/2 and the proto files; it decodes, validates, asks a use case of `komunala-app` and encodes.
//! **Must not know** where data come from: no database, no adapter, no mail. It is the only crate that knows tonic and prost.

#[cfg(feature = "client")]
pub mod client;
mod convert;
mod failure;
mod layers;
mod names;
pub mod proto;
mod rpc;
mod server;
mod services;
mod validation;

pub use failure::{DOMAIN, Failure, Reason};
pub use layers::{Authenticate, RequestId};
pub use rpc::{Access, Rpc, Shape};
pub use server::{Health, HealthService, Server, Settings, WebOrigins, operator_reflection, reflection};
pub use services::{operator_services, services};

//! Requests to a billing system.
//!
//! The hub resolves and filters addresses, adds the credentials, limits sizes and time, and refuses what the operator has
//! not granted. What is left to an adapter: which request, and what its answer means. An adapter does not retry: the hub
//! knows the deadline and what else is going on.

mod endpoint;
mod failure;
mod incoming;
#[cfg(not(target_arch = "wasm32"))]
mod recorded;
mod refusal;
mod request;
mod response;
mod retry_after;
mod transport;
#[cfg_attr(not(target_arch = "wasm32"), path = "http/nowhere.rs")]
mod wasi;

pub use endpoint::{Endpoint, EndpointError};
pub use failure::SendError;
pub use incoming::Incoming;
#[cfg(not(target_arch = "wasm32"))]
pub use recorded::{Answer, Asked, Recorded};
pub use refusal::{Refusal, word};
pub use request::{Method, Request};
pub use response::{Response, read_json};
pub use transport::Transport;
pub use wasi::Wasi;

//! The listener: connections, their limits, TLS, and an end that does not hang.
//!
//! An accept loop of its own, since tonic's graceful shutdown waits for streams that never end, and its limits count
//! per connection.

mod accept;
mod entrance;
mod health;
mod reflection;
mod settings;
mod tls;
mod web;

pub use accept::Server;
pub use health::{Health, HealthService};
pub use reflection::{operator_reflection, reflection};
pub use settings::Settings;
pub use tls::{ClientAuthorities, Tls, TlsError};
pub use web::WebOrigins;

//! The server: what a connection's calls go through, health, reflection, and pages of other origins.
//!
//! Connections are taken by `komunala-listener` and not by tonic, whose graceful shutdown waits for streams that never
//! end, and whose limits count per connection.

mod certificate;
mod connection;
mod entrance;
mod health;
mod reflection;
mod settings;
mod web;

pub use connection::Server;
pub use health::{Health, HealthService};
pub use reflection::{operator_reflection, reflection};
pub use settings::Settings;
pub use web::WebOrigins;

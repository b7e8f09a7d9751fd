//! Asking identity providers for the keys that operators' tokens are signed with.
//!
//! **Knows** OpenID Connect Discovery, HTTPS, and how little of an answer to read.
//! **Must not know** tokens, roles or operators: what a key is worth, and when to ask again, is for `komunala_app` to say.
//! It asks where the configuration says and where that place's discovery document leads, and nowhere else.

mod fetch;
mod provider;

pub use komunala_http_client::RootsError;
pub use provider::{OpenIdProvider, SetupError};

//! What people and portals prove themselves with, and the keys behind it.
//!
//! Everything secret is derived from one root secret, which is in a file or the environment and never in the
//! database: a dump of the database opens nothing.

pub mod access_token;
pub mod callback_secret;
pub mod certificate;
pub mod code;
pub mod keys;
pub mod known_device;
pub mod page_link;
pub mod password;
pub mod portal_key;
pub mod refresh_token;
mod signed;
pub mod unsubscribe;

pub use access_token::{AccessTokens, Claims};
pub use callback_secret::CallbackSecret;
pub use certificate::{CertificateMark, ClientCertificate};
pub use code::CodeBooks;
pub use keys::{Keys, RootSecret};
pub use known_device::KnownDevices;
pub use page_link::{PageLink, PageLinks};
pub use password::Passwords;
pub use portal_key::PortalKeyDigest;
pub use refresh_token::RefreshToken;
pub use unsubscribe::UnsubscribeTokens;

//! Operators who sign in with an identity provider, or show certificates: who is let in, as whom, and who is not.

mod admitted;
mod certificates;
pub(crate) mod desk;
mod forgeries;
pub(crate) mod identity_provider;
mod keys;
mod roles;
pub(crate) mod signer;

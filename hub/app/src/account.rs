//! Users, their sessions, and the customer accounts they link.

mod delivery;
mod devices;
mod link;
mod list;
mod notice;
mod profile;
mod proof;
mod register;
mod sessions;
mod verify_email;

pub use delivery::SetBillDelivery;
pub use link::LinkAccount;
pub use profile::Profile;
pub use register::Register;
pub use sessions::{IssuedSession, SignIn};
pub use verify_email::{Proof, VerifyEmail};

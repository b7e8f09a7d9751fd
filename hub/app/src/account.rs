//! Users, their sessions, and the customer accounts they link.

mod address;
mod consent;
mod delivery;
mod devices;
mod erase;
mod export;
mod link;
mod list;
mod notice;
mod password;
mod profile;
mod proof;
mod register;
mod reset;
mod sessions;
mod stops;
mod tries;
mod unsubscribe;
mod verify_email;

pub use address::{AddressProof, ChangeEmail};
pub use consent::{GiveConsent, GivenConsents, Outstanding};
pub use delivery::SetBillDelivery;
pub use export::ExportedPieces;
pub use link::LinkAccount;
pub use password::{ChangePassword, CurrentPassword};
pub use profile::Profile;
pub use register::Register;
pub use reset::{RequestReset, ResetPassword};
pub use sessions::{IssuedSession, SignIn};
pub(crate) use stops::Stops;
pub use verify_email::{Proof, VerifyEmail};

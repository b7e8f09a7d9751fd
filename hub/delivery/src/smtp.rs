//! One conversation with the relay, stage by stage.
//!
//! lettre writes the commands, reads the replies and stuffs the dots; what it leaves open is closed here. Its stream is
//! `wire`, which bounds every reply, knows how far the body has come, and does the TLS itself, so that it sees the
//! conversation and not its ciphertext. Every stage has its time (`watch`), and an error names the [`Stage`] it
//! happened in, because that decides what may be done about the mail.

mod authenticate;
mod error;
mod reply;
mod session;
mod stage;
mod tls;
mod transaction;
mod watch;
mod wire;

pub use error::{Cause, SetupError, SmtpError, Verdict};
pub use reply::Reply;
pub use session::{Relay, Session};
pub use stage::Stage;
pub use transaction::{Accepted, Envelope, Transaction};
pub use wire::{MAX_LINE, MAX_LINES, MAX_REPLY};

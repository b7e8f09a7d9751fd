//! A real SMTP server that keeps what it is sent, and fails at any stage when told to.
//!
//! The demo reads its mails from the folder of `.eml` files, tests from the handle. It knows SMTP ([`SmtpSink`]), what
//! can go wrong in it ([`Fault`] at a [`Stage`]) and what it has seen ([`Counters`], [`ReceivedMail`]); it knows nothing
//! of the hub, of what stands in the mails, or of relaying them.

mod auth;
mod body;
mod counters;
mod envelope;
mod fault;
mod faults;
mod mail;
mod mailbox;
mod reader;
mod session;
mod settings;
mod sink;
mod stage;
mod strike;
mod tls;
mod transaction;
mod wire;

pub use counters::{Counters, Counts};
pub use fault::{Action, BadFault, Fault, Times};
pub use faults::Faults;
pub use mail::ReceivedMail;
pub use mailbox::{Mailbox, NoSuchMail};
pub use reader::Reader;
pub use sink::{SmtpSink, SmtpSinkBuilder, StartError};
pub use stage::{Stage, UnknownStage};

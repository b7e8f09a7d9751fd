//! Mail and short messages going out, from the outbox over SMTP to the operator's relay, or to a provider's gateway; and the
//! mail that comes back.
//!
//! **Knows** SMTP, MIME and what each outcome of a session means for a message. The only crate that knows lettre.
//! **Must not know** what a letter says or is written from (it is handed something that composes), any gateway's
//! protocol, nor any database (it is handed an outbox).
//!
//! What is promised: nothing is lost, and a copy can occur only for a session that was cut between the final dot and its
//! answer. So `data_started` is durable before a body leaves, `accepted` after the relay's 250, every step is
//! fenced by its attempt, and every error names the stage it happened in.
//!
//! What is never logged, and stands in no span, metric or error: addresses, names, codes, letters, and the text of
//! the relay's replies, which may repeat any of them.

pub mod bounces;
pub mod dkim;
pub mod failpoints;
mod mail;
pub mod message;
mod metrics;
mod pace;
mod return_path;
pub mod settings;
pub mod smtp;
mod texts;
mod worker;

pub use mail::{Ports, Worker};
pub use return_path::ReturnPaths;
pub use settings::{
    DomainLimits, LimitSettings, MailSettings, RelaySettings, RetrySettings, SenderSettings, StageTimeouts,
    TextSettings, TlsMode, WorkSettings,
};
pub use texts::{TextPorts, TextWorker};
pub use worker::Desk;

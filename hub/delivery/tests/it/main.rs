//! Mail against a real SMTP server that fails when told to, and against peers that no server would be.

mod mime;
mod order;
mod password;
mod peer;
mod queue;
mod relay;
mod reuse;
mod stages;
mod tls;
mod unruly;
mod worker;

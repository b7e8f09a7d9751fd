//! Mail against a real SMTP server that fails when told to.

mod letters;
mod mime;
mod order;
mod queue;
mod relay;
mod replies;
mod reuse;
mod stages;
mod tls;
mod unruly;
mod verdicts;
mod worker;

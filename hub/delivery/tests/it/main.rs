//! Mail against a real SMTP server that fails when told to, and against peers that no server would be.

mod enclosures;
mod epoch;
mod mime;
mod office;
mod order;
mod own_relays;
mod pace;
mod password;
mod peer;
mod queue;
mod relay;
mod returned;
mod reuse;
mod stages;
mod tls;
mod unruly;
mod worker;

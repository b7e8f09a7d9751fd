//! The use cases of the hub and the ports they need.
//!
//! **Knows** the domain, who may do what (the scopes), and in which order things happen.
//! **Must not know** gRPC, SQL, WebAssembly, SMTP or HTTP: those crates implement [`ports`] or call the use cases,
//! which are methods of [`Hub`], one file each.

mod access;
pub mod account;
pub mod attachment;
pub mod audit;
mod bells;
pub mod bill_run;
mod books;
pub mod caller;
pub mod credentials;
mod cut_over;
pub mod directory;
pub mod failure;
pub mod feed;
pub mod guessing;
mod hub;
pub mod invoice;
pub mod mail;
pub mod notification;
pub mod operator;
pub mod outage;
pub mod page;
pub mod payment;
mod person_keys;
pub mod ports;
pub mod provider;
pub mod reading;
mod refresh;
pub mod request;
mod roster;
pub mod scope;
pub mod sealing;
pub mod sms;
pub mod subscription;
mod sweep;

pub use access::PortalProof;
pub use directory::Directory;
pub use failure::Failure;
pub use feed::{FeedReport, FeedSettings};
pub use guessing::Guessing;
pub use hub::{Freshness, Hub, Ports};
pub use operator::Operations;
pub use page::{Page, PageRequest};
pub use roster::Roster;
pub use sweep::Retention;

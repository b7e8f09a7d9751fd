//! Being told of what happens at a supply point: signed in, by a form with a code, or by a short message.
//!
//! The number of a supply point is no secret. The hub never says whether it knows one: who subscribes to a number that
//! nobody has is answered like anybody else, and never told anything.

mod by_sms;
mod confirm;
mod end;
mod list;
mod subscribe;

pub use by_sms::SmsReply;
pub use confirm::ConfirmSubscription;
pub use subscribe::{Subscribe, Subscribed};

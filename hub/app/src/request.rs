//! What customers ask of a provider's staff.

mod billing;
mod create;
mod list;
mod reply;

pub use create::CreateRequest;
pub use reply::ReplyToRequest;

/// The most attachments of one thing that is said.
pub const MAX_ATTACHMENTS: usize = 10;

//! What users were told, as they see it in their portal, and what they want to be told.

mod list;
mod preferences;
mod watch;
mod watchers;

pub use list::{ListNotifications, Notices};
pub use watch::{WatchedPieces, Watching};
pub(crate) use watchers::Watchers;

//! What stands sealed in a message: whom it goes to, and what it says.

use komunala_app::{
    ports::{StoreError, outbox::Content},
    sealing::SealingKey,
};
use komunala_domain::ids::MessageId;
use serde::{Deserialize, Serialize};

use crate::sealed;

/// The column `sealed`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sealed {
    /// The address.
    pub(crate) recipient: String,
    /// What the message says.
    pub(crate) content: Content,
}

impl Sealed {
    /// Seals it for a message's row.
    pub(crate) fn seal(&self, key: &SealingKey, message: MessageId) -> Result<String, StoreError> {
        sealed::seal(key, "messages", message.uuid(), self)
    }

    /// Opens a message's row.
    pub(crate) fn open(key: &SealingKey, message: MessageId, sealed: &str) -> Result<Self, StoreError> {
        sealed::open(key, "messages", message.uuid(), sealed)
    }
}

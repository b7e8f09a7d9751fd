//! What is known of a user: one value, sealed under the user's key.

use komunala_app::{ports::StoreError, sealing::SealingKey};
use komunala_domain::EmailAddress;
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

use crate::{columns::parsed, sealed, vault::Vault};

/// The column `sealed`: all the personal data there is about a user.
#[derive(Serialize, Deserialize)]
pub(crate) struct Person {
    /// The address.
    pub(crate) email: String,
    /// The given name.
    pub(crate) given_name: String,
    /// The family name.
    pub(crate) family_name: String,
}

impl Person {
    /// Seals it for a user's row.
    pub(crate) fn seal(&self, key: &SealingKey, user: Uuid) -> Result<String, StoreError> {
        sealed::seal(key, "users", user, self)
    }

    /// Opens a user's row; `None` when there is nobody any more.
    pub(crate) async fn open(vault: &Vault, user: Uuid, sealed: &str) -> Result<Option<Self>, StoreError> {
        let Some(key) = vault.key(user).await? else { return Ok(None) };
        // the row of somebody who is just being erased holds nothing, though the key is still there
        if sealed.is_empty() {
            return Ok(None);
        }
        sealed::open(&key, "users", user, sealed).map(Some)
    }

    /// The address.
    pub(crate) fn address(&self) -> Result<EmailAddress, StoreError> {
        parsed("user", &self.email)
    }
}

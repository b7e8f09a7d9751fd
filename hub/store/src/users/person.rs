//! What is known of a user: one value, sealed under the user's key.

use komunala_app::{ports::StoreError, sealing::SealingKey};
use komunala_domain::{EmailAddress, TenantId, ids::UserId};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

use crate::{
    columns::{column, parsed},
    database::{Failure, Tx},
    sealed,
    vault::{OpenKey, Vault},
};

const TABLE: &str = "users";

/// The column `sealed`: all the personal data there is about a user.
#[derive(Serialize, Deserialize)]
pub(crate) struct Person {
    /// The address.
    pub(crate) email: String,
    /// The given name.
    pub(crate) given_name: String,
    /// The family name.
    pub(crate) family_name: String,
    /// The phone number, where the user gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
}

impl Person {
    /// Seals it for a user's row.
    pub(crate) fn seal(&self, key: &SealingKey, user: Uuid) -> Result<String, StoreError> {
        sealed::seal(key, TABLE, user, self)
    }

    /// Opens a user's row; `None` when there is nobody any more.
    pub(crate) async fn open(vault: &Vault, user: Uuid, sealed: &str) -> Result<Option<Self>, StoreError> {
        let Some(key) = vault.key(user).await? else { return Ok(None) };
        Self::unseal(&key, user, sealed)
    }

    /// The same with the user's key at hand.
    pub(crate) fn unseal(key: &SealingKey, user: Uuid, sealed: &str) -> Result<Option<Self>, StoreError> {
        // the row of somebody who is just being erased holds nothing, though the key is still there
        if sealed.is_empty() {
            return Ok(None);
        }
        sealed::open(key, TABLE, user, sealed).map(Some)
    }

    /// Opens the row of a user, which is held until the end of the transaction, and answers the key that seals it as well.
    pub(super) async fn hold(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<Option<(Self, OpenKey)>, Failure> {
        let sql = tx.locking("SELECT sealed FROM users WHERE tenant = $1 AND id = $2 {lock}");
        let row = tx.row(&sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
        let Some(row) = row else { return Ok(None) };
        let sealed: String = column(TABLE, &row, 0)?;
        let Some(person) = Self::open(tx.vault(), user.uuid(), &sealed).await? else { return Ok(None) };
        let key = tx.vault().key(user.uuid()).await?;
        Ok(key.map(|key| (person, key)))
    }

    /// The address.
    pub(crate) fn address(&self) -> Result<EmailAddress, StoreError> {
        parsed(TABLE, &self.email)
    }
}

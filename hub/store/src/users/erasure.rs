//! Erasing a user: in the database first, where it can still fail as a whole, and then the key.

use fail::fail_point;
use jiff::Timestamp;
use komunala_app::{
    ports::{StoreError, audit::Action, outbox::NewMessage},
    scope::UserScope,
};

use super::bury;
use crate::{
    audit,
    database::{Database, Tx},
    outbox::enqueue,
};

/// Erases a user. The farewell has a key of its own, since it is sent after theirs has gone; it goes when the mail did.
///
/// Whatever dies between two of these steps, the mark in the key store shows it, and a worker brings it to its end.
pub(super) async fn erase(
    database: &Database,
    scope: &UserScope,
    farewell: &NewMessage,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let vault = database.vault();
    vault.begin_erasing(user.uuid(), now).await?;
    vault.make(tenant, farewell.id.uuid(), now).await?;
    let work = |tx: Tx| async move {
        if bury(&tx, tenant, user, now).await? {
            enqueue(&tx, tenant, farewell.id.uuid(), farewell, now).await?;
            audit::tell(&tx, tenant, &[audit::by_user(user, Action::Erased, "")], now).await?;
        }
        Ok(())
    };
    database.write(tenant, "store.erase_user", work).await?;
    fail_point!("store::buried");
    vault.erase(user.uuid(), now).await
}

//! New addresses of users.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{AddressChanges, StoreError, address_changes::NewAddressChange, audit::Action, outbox::Notice},
    scope::UserScope,
};
use komunala_domain::ids::ChallengeId;

use super::{Opening, Purpose, address_of, close, close_all, open, take_try, user_of};
use crate::{
    Store, audit,
    database::{Failure, Tx},
    users,
};

#[async_trait]
impl AddressChanges for Store {
    async fn open_address_change(&self, scope: &UserScope, new: NewAddressChange) -> Result<(), StoreError> {
        let new = &new;
        let work = |tx| open_change(tx, scope, new);
        self.database.write(scope.tenant().tenant(), "store.open_address_change", work).await
    }

    async fn take_address_try(
        &self,
        scope: &UserScope,
        subject: [u8; 32],
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<ChallengeId>, StoreError> {
        let tenant = scope.tenant().tenant();
        let work = |tx| take_try(tx, tenant, Purpose::ChangeEmail, subject, max_tries, now);
        self.database.write(tenant, "store.take_address_try", work).await
    }

    async fn complete_address_change(
        &self,
        scope: &UserScope,
        challenge: ChallengeId,
        notice: Notice,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let notice = &notice;
        let work = |tx| complete(tx, scope, challenge, notice, now);
        self.database.write(scope.tenant().tenant(), "store.complete_address_change", work).await
    }
}

/// One challenge and two messages, whether somebody has the address or not.
async fn open_change(tx: Tx, scope: &UserScope, new: &NewAddressChange) -> Result<(), Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let owner = users::confirmed(&tx, tenant, &new.address).await?;
    let opening = Opening {
        id: new.id,
        purpose: Purpose::ChangeEmail,
        subject: new.subject,
        user: owner.is_none().then_some(user),
        address: Some(&new.address),
        expires: new.expires,
    };
    if !open(&tx, tenant, &opening, new.now).await? {
        return Ok(());
    }
    users::tell(&tx, tenant, user, &new.asked, new.now).await?;
    match owner {
        None => users::tell_at(&tx, tenant, user, &new.address, &new.confirm, new.now).await,
        Some(owner) => users::tell(&tx, tenant, owner, &new.wanted, new.now).await,
    }
}

async fn complete(
    tx: Tx,
    scope: &UserScope,
    challenge: ChallengeId,
    notice: &Notice,
    now: Timestamp,
) -> Result<bool, Failure> {
    let tenant = scope.tenant().tenant();
    let Some(row) = close(&tx, tenant, Purpose::ChangeEmail, challenge, now).await? else { return Ok(false) };
    let user = user_of(&row)?;
    if user != scope.user() {
        // a link that somebody else opens stays good for whom it was made
        tx.undo();
        return Ok(false);
    }
    let Some(address) = address_of(&tx, challenge, &row).await? else { return Ok(false) };
    if !users::make_room(&tx, tenant, &address, now).await? {
        return Ok(false);
    }
    users::tell(&tx, tenant, user, notice, now).await?;
    if !users::move_to(&tx, tenant, user, &address).await? {
        tx.undo();
        return Ok(false);
    }
    // a code for a new password that went to the earlier address must not outlive it
    close_all(&tx, tenant, user, now).await?;
    audit::tell(&tx, tenant, &[audit::by_user(user, Action::EmailChanged, "")], now).await?;
    Ok(true)
}

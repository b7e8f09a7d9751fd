//! New passwords for whoever forgot the old one.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Resets, StoreError,
        audit::Action,
        resets::{NewPasswordHash, NewReset},
    },
    scope::TenantScope,
};
use komunala_domain::{TenantId, ids::ChallengeId};

use super::{Opening, Purpose, WHAT, close, newest, open, take_try, user_of};
use crate::{
    Store, audit,
    columns::{column, micros, uuid},
    database::{Failure, Tx},
    users::{self, Person},
};

#[async_trait]
impl Resets for Store {
    async fn open_reset(&self, scope: &TenantScope, new: NewReset) -> Result<bool, StoreError> {
        let tenant = scope.tenant();
        let new = &new;
        self.database.write(tenant, "store.open_reset", |tx| open_reset(tx, tenant, new)).await
    }

    async fn take_reset_try(
        &self,
        scope: &TenantScope,
        subject: [u8; 32],
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<ChallengeId>, StoreError> {
        let tenant = scope.tenant();
        let work = |tx| take_try(tx, tenant, Purpose::ResetPassword, subject, max_tries, now);
        self.database.write(tenant, "store.take_reset_try", work).await
    }

    async fn complete_reset(
        &self,
        scope: &TenantScope,
        challenge: ChallengeId,
        new: NewPasswordHash,
    ) -> Result<bool, StoreError> {
        let tenant = scope.tenant();
        let new = &new;
        self.database.write(tenant, "store.complete_reset", |tx| complete(tx, tenant, challenge, new)).await
    }

    async fn given_name_of(&self, scope: &TenantScope, challenge: ChallengeId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT u.id, u.sealed FROM challenges c JOIN users u ON u.id = c.user_id
                   WHERE c.tenant = $1 AND c.id = $2 AND c.closed_at IS NULL";
        let values = vec![scope.tenant().as_str().into(), challenge.uuid().into()];
        let rows = self.database.select(scope.tenant(), "store.challenge_for_mail", sql, values).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let sealed: String = column(WHAT, row, 1)?;
        let person = Person::open(self.database.vault(), uuid(WHAT, row, 0)?, &sealed).await?;
        Ok(person.map(|person| person.given_name))
    }
}

/// The same is written for an address that nobody has, except the mail.
async fn open_reset(tx: Tx, tenant: &TenantId, new: &NewReset) -> Result<bool, Failure> {
    let newest = newest(&tx, tenant, Purpose::ResetPassword, new.subject).await?;
    if newest.is_some_and(|newest| newest > micros(new.now - new.not_within)) {
        return Ok(false);
    }
    let user = users::confirmed(&tx, tenant, &new.email).await?;
    let opening = Opening {
        id: new.id,
        purpose: Purpose::ResetPassword,
        subject: new.subject,
        user,
        address: None,
        expires: new.expires,
    };
    let opened = open(&tx, tenant, &opening, new.now).await?;
    match user.filter(|_| opened) {
        Some(user) => users::tell(&tx, tenant, user, &new.notice, new.now).await.map(|()| true),
        None => Ok(false),
    }
}

async fn complete(tx: Tx, tenant: &TenantId, challenge: ChallengeId, new: &NewPasswordHash) -> Result<bool, Failure> {
    let closed = close(&tx, tenant, Purpose::ResetPassword, challenge, new.now).await?;
    let Some(row) = closed else { return Ok(false) };
    let user = user_of(&row)?;
    users::set_password(&tx, tenant, user, None, &new.hash).await?;
    users::lock_out(&tx, tenant, user, None, new.now).await?;
    users::tell(&tx, tenant, user, &new.notice, new.now).await?;
    // whoever reads the user's mail did it; nobody was signed in
    audit::tell(&tx, tenant, &[audit::about(user, Action::PasswordReset, "")], new.now).await?;
    Ok(true)
}

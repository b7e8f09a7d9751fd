//! Confirmations of e-mail addresses. At most one of a user is open.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError, Verifications,
        audit::Action,
        outbox::NewMessage,
        verifications::{OpenVerification, Reissue, VerificationForMail},
    },
    scope::TenantScope,
};
use komunala_domain::{
    EmailAddress, TenantId,
    ids::{UserId, VerificationId},
};
use sea_orm::{ActiveValue::Set, EntityTrait, prelude::Uuid};

use crate::{
    Store, accounts, attempts, audit,
    columns::{column, damaged, micros, parsed, time, uuid},
    consents,
    database::{Failure, Tx},
    entities::verification::{ActiveModel, Entity},
    outbox::enqueue,
    users::Person,
};

const WHAT: &str = "verification";

#[async_trait]
impl Verifications for Store {
    async fn take_try(
        &self,
        scope: &TenantScope,
        email: &EmailAddress,
        max_tries: u32,
        now: Timestamp,
    ) -> Result<Option<OpenVerification>, StoreError> {
        // the count is compared and raised on the locked row: whoever waited for the lock compares again
        let sql = "UPDATE verifications SET tries = tries + 1
                   WHERE id = (SELECT v.id FROM verifications v JOIN users u ON u.id = v.user_id
                               WHERE u.tenant = $1 AND v.tenant = $1 AND u.email_lookup = $2 AND v.closed_at IS NULL)
                     AND closed_at IS NULL AND expires_at > $3 AND tries < $4
                   RETURNING id, user_id";
        let tenant = scope.tenant();
        let lookup = self.database.vault().lookup(tenant, email);
        let decoy = &decoy_of("try", &lookup);
        let values = [tenant.as_str().into(), lookup.into(), micros(now).into(), i64::from(max_tries).into()];
        let values = &values;
        let work = |tx: Tx| async move {
            let taken = tx.row(sql, values.to_vec()).await?;
            if taken.is_none() {
                attempts::decoy(&tx, tenant, decoy, now).await?;
            }
            Ok(taken)
        };
        let Some(row) = self.database.write(tenant, "store.take_try", work).await? else { return Ok(None) };
        Ok(Some(OpenVerification {
            id: VerificationId::from_uuid(uuid(WHAT, &row, 0)?),
            user: UserId::from_uuid(uuid(WHAT, &row, 1)?),
        }))
    }

    async fn complete(
        &self,
        scope: &TenantScope,
        verification: VerificationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tenant = scope.tenant();
        self.database.write(tenant, "store.complete_verification", |tx| complete(tx, tenant, verification, now)).await
    }

    async fn reissue(&self, scope: &TenantScope, again: Reissue) -> Result<bool, StoreError> {
        let tenant = scope.tenant();
        let again = &again;
        let work = |tx: Tx| async move {
            let reissued = reissue(&tx, tenant, again).await?;
            if !reissued {
                let decoy = decoy_of("reissue", &tx.vault().lookup(tenant, &again.email));
                attempts::decoy(&tx, tenant, &decoy, again.now).await?;
            }
            Ok(reissued)
        };
        self.database.write(tenant, "store.reissue_verification", work).await
    }

    async fn for_mail(
        &self,
        scope: &TenantScope,
        verification: VerificationId,
    ) -> Result<Option<VerificationForMail>, StoreError> {
        let sql = "SELECT u.sealed, v.expires_at, u.id FROM verifications v JOIN users u ON u.id = v.user_id
                   WHERE v.tenant = $1 AND v.id = $2 AND v.closed_at IS NULL";
        let values = vec![scope.tenant().as_str().into(), verification.uuid().into()];
        let rows = self.database.select(scope.tenant(), "store.verification_for_mail", sql, values).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (sealed, user): (String, Uuid) = (column(WHAT, row, 0)?, column(WHAT, row, 2)?);
        let Some(person) = Person::open(self.database.vault(), user, &sealed).await? else { return Ok(None) };
        Ok(Some(VerificationForMail { given_name: person.given_name, expires: time(WHAT, column(WHAT, row, 1)?)? }))
    }
}

/// What is written in place of something about an address, where there is nothing to write.
fn decoy_of(what: &str, lookup: &str) -> Vec<u8> {
    format!("{what} {lookup}").into_bytes()
}

/// Closes the confirmation, confirms the address, and lets the user's links count from now on.
async fn complete(tx: Tx, tenant: &TenantId, verification: VerificationId, now: Timestamp) -> Result<bool, Failure> {
    let values = vec![tenant.as_str().into(), verification.uuid().into(), micros(now).into()];
    let closed = tx
        .row(
            "UPDATE verifications SET closed_at = $3
             WHERE tenant = $1 AND id = $2 AND closed_at IS NULL AND expires_at > $3 RETURNING user_id",
            values,
        )
        .await?;
    let Some(row) = closed else { return Ok(false) };
    let user: Uuid = uuid(WHAT, &row, 0)?;
    let sql = "UPDATE users SET verified_at = $3 WHERE tenant = $1 AND id = $2 AND verified_at IS NULL";
    tx.execute(sql, vec![tenant.as_str().into(), user.into(), micros(now).into()]).await?;
    let user = UserId::from_uuid(user);
    accounts::links::activate(&tx, tenant, user, now).await?;
    // what a stranger agreed to counts from here on
    let mut events = vec![audit::by_user(user, Action::Registered, "")];
    events.extend(consents::given(&tx, tenant, user).await?);
    audit::tell(&tx, tenant, &events, now).await?;
    Ok(true)
}

async fn reissue(tx: &Tx, tenant: &TenantId, again: &Reissue) -> Result<bool, Failure> {
    // the user's row is held, so that two who ask at once do not both get a mail
    let sql = tx.locking("SELECT id FROM users WHERE tenant = $1 AND email_lookup = $2 AND verified_at IS NULL {lock}");
    let Some(row) = tx.row(&sql, vec![tenant.as_str().into(), tx.vault().lookup(tenant, &again.email).into()]).await?
    else {
        return Ok(false);
    };
    let user: Uuid = uuid(WHAT, &row, 0)?;
    if tx.vault().key(user).await?.is_none() {
        return Ok(false);
    }
    let sql = "SELECT MAX(created_at) FROM verifications WHERE tenant = $1 AND user_id = $2";
    let newest = tx.row(sql, vec![tenant.as_str().into(), user.into()]).await?;
    let newest: Option<i64> = newest.map(|row| column(WHAT, &row, 0)).transpose()?.flatten();
    if newest.is_some_and(|newest| newest > micros(again.now - again.not_within)) {
        return Ok(false);
    }
    // the mail goes out as the registration's did
    let registration = tx
        .row(
            "SELECT u.language, a.provider FROM users u JOIN links l ON l.user_id = u.id
             JOIN accounts a ON a.id = l.account_id
             WHERE u.tenant = $1 AND u.id = $2 AND l.tenant = $1 AND l.ended_at IS NULL
             ORDER BY l.id DESC LIMIT 1",
            vec![tenant.as_str().into(), user.into()],
        )
        .await?
        .ok_or_else(|| damaged(WHAT, "a user who never confirmed has no link"))?;
    let mail = NewMessage {
        language: parsed(WHAT, &column::<String>(WHAT, &registration, 0)?)?,
        provider: parsed(WHAT, &column::<String>(WHAT, &registration, 1)?)?,
        ..again.mail.clone()
    };
    let user = UserId::from_uuid(user);
    close_all(tx, tenant, user, again.now).await?;
    open(tx, tenant, again.verification, user, again.now, again.expires).await?;
    enqueue(tx, tenant, user.uuid(), &mail, again.now).await?;
    Ok(true)
}

/// Opens a confirmation; the user must have no other open one.
pub(crate) async fn open(
    tx: &Tx,
    tenant: &TenantId,
    verification: VerificationId,
    user: UserId,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), Failure> {
    let row = ActiveModel {
        id: Set(verification.uuid()),
        tenant: Set(tenant.to_string()),
        user_id: Set(user.uuid()),
        tries: Set(0),
        created_at: Set(micros(now)),
        expires_at: Set(micros(expires)),
        closed_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// Ends whatever confirmation of a user is open.
pub(crate) async fn close_all(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE verifications SET closed_at = $3 WHERE tenant = $1 AND user_id = $2 AND closed_at IS NULL";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

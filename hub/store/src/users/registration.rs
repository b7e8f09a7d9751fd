//! Registering: user, link, consents, confirmation, mail and request id in one transaction.

use komunala_app::ports::{Written, users::NewRegistration};
use komunala_domain::{
    TenantId,
    ids::{LinkId, UserId},
};
use sea_orm::prelude::Uuid;

use super::{Person, keep_consents};
use crate::{
    accounts,
    columns::{column, json, micros, storable},
    database::{Failure, Tx},
    outbox::enqueue,
    requests, verifications,
};

pub(super) async fn register(tx: Tx, tenant: &TenantId, new: &NewRegistration) -> Result<Written<()>, Failure> {
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, "", new.now).await? {
        return Ok(Written::Before(answer));
    }
    let Some(user) = make_or_take_over(&tx, tenant, new).await? else {
        enqueue(&tx, tenant, &new.taken_mail, new.now).await?;
        return Ok(Written::Now(()));
    };
    let account = accounts::find_or_make(&tx, tenant, &new.link.provider, &new.link.account).await?;
    // what is news of the holder concerns the links that were there before; of an account that nobody has nothing is kept
    if let Some(copy) = &new.link.copy {
        accounts::copy::renew(&tx, tenant, account, &copy.account, copy.as_of).await?;
    }
    let link = LinkId::new();
    // it counts from the confirmation on
    let tie = accounts::links::Tie { id: link, user, account, delivery: new.link.delivery, since: None };
    accounts::links::make(&tx, tenant, &tie, new.now).await?;
    keep_consents(&tx, tenant, user, link, &new.link.consents, new.now).await?;
    verifications::open(&tx, tenant, new.verification, user, new.now, new.verification_expires).await?;
    enqueue(&tx, tenant, &new.confirm_mail, new.now).await?;
    Ok(Written::Now(()))
}

/// The user to be confirmed; `None` when the address belongs to a confirmed one.
async fn make_or_take_over(tx: &Tx, tenant: &TenantId, new: &NewRegistration) -> Result<Option<UserId>, Failure> {
    let person = Person { given_name: new.given_name.clone(), family_name: new.family_name.clone() };
    let person = json(&person)?;
    let made = tx
        .execute(
            "INSERT INTO users (id, tenant, email, person, language, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            vec![
                new.user.uuid().into(),
                tenant.as_str().into(),
                new.email.as_str().into(),
                person.as_str().into(),
                new.language.tag().into(),
                storable(&new.password_hash).into(),
                micros(new.now).into(),
            ],
        )
        .await?;
    if made == 1 {
        return Ok(Some(new.user));
    }
    // whoever never confirmed the address has proved nothing about it: the newest registration counts
    let taken_over = tx
        .row(
            "UPDATE users SET person = $3, language = $4, password_hash = $5, created_at = $6
             WHERE tenant = $1 AND email = $2 AND verified_at IS NULL RETURNING id",
            vec![
                tenant.as_str().into(),
                new.email.as_str().into(),
                person.into(),
                new.language.tag().into(),
                storable(&new.password_hash).into(),
                micros(new.now).into(),
            ],
        )
        .await?;
    let Some(row) = taken_over else { return Ok(None) };
    let user: Uuid = column("user", &row, 0)?;
    let user = UserId::from_uuid(user);
    accounts::links::end_unconfirmed(tx, tenant, user, new.now).await?;
    verifications::close_all(tx, tenant, user, new.now).await?;
    Ok(Some(user))
}

//! Registering: user, link, consents, confirmation, mail and request id in one transaction.

use komunala_app::ports::{StoreError, Written, users::NewRegistration};
use komunala_domain::{
    TenantId,
    ids::{LinkId, UserId},
};
use sea_orm::prelude::Uuid;

use super::{Person, bury};
use crate::{
    accounts,
    columns::{column, micros, storable},
    consents,
    database::{Database, Failure, Tx},
    outbox::enqueue,
    requests,
    vault::OpenKey,
    verifications,
};

/// Registers. The key of whoever may come to be is made before, and forgotten when nobody did.
pub(super) async fn register(
    database: &Database,
    tenant: &TenantId,
    new: &NewRegistration,
) -> Result<Written<()>, StoreError> {
    let vault = database.vault();
    let key = &vault.make(tenant, new.user.uuid(), new.now).await?;
    let done = database.write(tenant, "store.register", |tx| write(tx, tenant, new, key)).await;
    if !matches!(done, Ok((_, Some(user))) if user == new.user) {
        // nobody waits for it: an address that is taken must not take longer. What a dead hub leaves opens nothing
        let (vault, nobody) = (vault.clone(), new.user.uuid());
        tokio::spawn(async move { vault.forget(nobody).await });
    }
    done.map(|(written, _)| written)
}

/// Whose address it is.
enum Owner {
    /// The user who is to confirm it.
    Registered(UserId),
    /// A user who has confirmed it.
    Other(UserId),
}

async fn write(
    tx: Tx,
    tenant: &TenantId,
    new: &NewRegistration,
    key: &OpenKey,
) -> Result<(Written<()>, Option<UserId>), Failure> {
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, "", new.now).await? {
        return Ok((Written::Before(answer), None));
    }
    let user = match make_or_take_over(&tx, tenant, new, key).await? {
        Owner::Registered(user) => user,
        Owner::Other(user) => {
            enqueue(&tx, tenant, user.uuid(), &new.taken_mail, new.now).await?;
            return Ok((Written::Now(()), None));
        }
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
    // told once the address is confirmed: until then nobody knows whose consents they are
    let _ = consents::keep(&tx, tenant, user, link, &new.link.consents, new.now).await?;
    verifications::open(&tx, tenant, new.verification, user, new.now, new.verification_expires).await?;
    enqueue(&tx, tenant, user.uuid(), &new.confirm_mail, new.now).await?;
    Ok((Written::Now(()), Some(user)))
}

async fn make_or_take_over(tx: &Tx, tenant: &TenantId, new: &NewRegistration, key: &OpenKey) -> Result<Owner, Failure> {
    if make(tx, tenant, new, key).await? {
        return Ok(Owner::Registered(new.user));
    }
    let sql = tx.locking("SELECT id, verified_at FROM users WHERE tenant = $1 AND email_lookup = $2 {lock}");
    let lookup = tx.vault().lookup(tenant, &new.email);
    let there = tx.row(&sql, vec![tenant.as_str().into(), lookup.into()]).await?;
    let Some(there) = there else { return Err(Failure::Conflict) };
    let id: Uuid = column("user", &there, 0)?;
    let (user, verified_at) = (UserId::from_uuid(id), column::<Option<i64>>("user", &there, 1)?);
    match tx.vault().key(id).await? {
        Some(_) if verified_at.is_some() => Ok(Owner::Other(user)),
        Some(key) => {
            take_over(tx, tenant, new, user, &key).await?;
            Ok(Owner::Registered(user))
        }
        // only a database that was put back holds somebody who has no key
        None => {
            bury(tx, tenant, user, new.now).await?;
            if make(tx, tenant, new, key).await? { Ok(Owner::Registered(new.user)) } else { Err(Failure::Conflict) }
        }
    }
}

/// Makes the user, unless the address belongs to somebody.
async fn make(tx: &Tx, tenant: &TenantId, new: &NewRegistration, key: &OpenKey) -> Result<bool, Failure> {
    let made = tx
        .execute(
            "INSERT INTO users (id, tenant, email_lookup, sealed, language, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            vec![
                new.user.uuid().into(),
                tenant.as_str().into(),
                tx.vault().lookup(tenant, &new.email).into(),
                person(new).seal(key, new.user.uuid())?.into(),
                new.language.tag().into(),
                storable(&new.password_hash).into(),
                micros(new.now).into(),
            ],
        )
        .await?;
    Ok(made == 1)
}

/// Whoever never confirmed the address has proved nothing about it: the newest registration counts.
async fn take_over(
    tx: &Tx,
    tenant: &TenantId,
    new: &NewRegistration,
    user: UserId,
    key: &OpenKey,
) -> Result<(), Failure> {
    let sql = "UPDATE users SET sealed = $3, language = $4, password_hash = $5, created_at = $6
               WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        user.uuid().into(),
        person(new).seal(key, user.uuid())?.into(),
        new.language.tag().into(),
        storable(&new.password_hash).into(),
        micros(new.now).into(),
    ];
    tx.execute(sql, values).await?;
    accounts::links::end_unconfirmed(tx, tenant, user, new.now).await?;
    verifications::close_all(tx, tenant, user, new.now).await
}

fn person(new: &NewRegistration) -> Person {
    Person {
        email: new.email.as_str().to_owned(),
        given_name: new.given_name.clone(),
        family_name: new.family_name.clone(),
        phone: None,
    }
}

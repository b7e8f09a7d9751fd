//! People without a portal account: codes that are yet to be given back, and what whoever does so is told of.

use komunala_app::ports::{
    StoreError,
    outbox::{Content, NewMessage},
    subscriptions::{NewSignUp, SignUp, SignedUp},
};
use komunala_domain::{
    Interest, Subscription, TenantId,
    ids::{ChallengeId, SubscriberId, SubscriptionId},
};

use super::{
    WHAT,
    subscribers::{Added, Place, add, find_or_make, held},
};
use crate::{
    challenges::Purpose,
    columns::{Word, column, from_json, json, micros},
    database::{Database, Failure, Tx},
    outbox::enqueue,
    vault::OpenKey,
};

/// Opens a challenge. Its message has a key of its own, since nobody's address is kept before they answered.
pub(super) async fn open(database: &Database, tenant: &TenantId, new: &NewSignUp) -> Result<(), StoreError> {
    let vault = database.vault();
    vault.make(tenant, new.code.id.uuid(), new.now).await?;
    let opened = database.write(tenant, "store.open_sign_up", |tx| write(tx, tenant, new)).await;
    if opened.is_err() {
        vault.forget(new.code.id.uuid()).await?;
    }
    opened
}

async fn write(tx: Tx, tenant: &TenantId, new: &NewSignUp) -> Result<(), Failure> {
    let subject = new.subject.to_vec();
    let sql = "UPDATE challenges SET closed_at = $4
               WHERE tenant = $1 AND purpose = $2 AND subject = $3 AND closed_at IS NULL
               RETURNING wanted, expires_at";
    let purpose = Purpose::Subscribe.word();
    let values = vec![tenant.as_str().into(), purpose.into(), subject.clone().into(), micros(new.now).into()];
    let mut wanted: Vec<Interest> = Vec::new();
    for row in tx.rows(sql, values).await? {
        if column::<i64>(WHAT, &row, 1)? > micros(new.now) {
            wanted.extend(from_json::<Vec<Interest>>(WHAT, &column::<String>(WHAT, &row, 0)?)?);
        }
    }
    wanted.retain(|interest| *interest != new.interest);
    wanted.push(new.interest.clone());
    wanted.drain(..wanted.len().saturating_sub(new.most as usize));
    tx.execute(
        "INSERT INTO challenges (id, tenant, purpose, subject, tries, created_at, expires_at, wanted)
         VALUES ($1, $2, $3, $4, 0, $5, $6, $7)",
        vec![
            new.id.uuid().into(),
            tenant.as_str().into(),
            purpose.into(),
            subject.into(),
            micros(new.now).into(),
            micros(new.expires).into(),
            json(&wanted)?.into(),
        ],
    )
    .await?;
    let points = wanted.into_iter().map(|interest| interest.point).collect();
    let content = Content::ConfirmSubscription { challenge: new.id, points };
    let code = NewMessage { content, ..new.code.clone() };
    enqueue(&tx, tenant, code.id.uuid(), &code, new.now).await
}

/// What somebody signs up for.
pub(super) enum Wanted {
    /// What the challenge says that they answered.
    ByChallenge(ChallengeId),
    /// These.
    These(Vec<Interest>),
}

/// Subscribes somebody without a portal account. Whoever is new gets a key before anything is sealed under it; it is
/// forgotten again where they did not come to be.
pub(super) async fn sign_up(
    database: &Database,
    tenant: &TenantId,
    who: &SignUp,
    wanted: Wanted,
) -> Result<SignedUp, StoreError> {
    let (vault, candidate) = (database.vault(), SubscriberId::new());
    let key = &vault.make(tenant, candidate.uuid(), who.now).await?;
    let wanted = &wanted;
    let work = |tx| subscribe(tx, tenant, who, wanted, (candidate, key));
    let done = database.write(tenant, "store.sign_up", work).await;
    if !matches!(done, Ok((_, Some(subscriber))) if subscriber == candidate) {
        vault.forget(candidate.uuid()).await?;
    }
    done.map(|(signed_up, _)| signed_up)
}

async fn subscribe(
    tx: Tx,
    tenant: &TenantId,
    who: &SignUp,
    wanted: &Wanted,
    (candidate, key): (SubscriberId, &OpenKey),
) -> Result<(SignedUp, Option<SubscriberId>), Failure> {
    let interests = match wanted {
        Wanted::These(interests) => interests.clone(),
        Wanted::ByChallenge(challenge) => match close(&tx, tenant, *challenge, who).await? {
            Some(interests) => interests,
            None => return Ok((SignedUp::Over, None)),
        },
    };
    let place = Place::of_stranger(tenant, who);
    // only a database that was put back holds somebody who has no key
    if let Some(there) = held(&tx, &place).await?
        && tx.vault().key(there.uuid()).await?.is_none()
    {
        super::endings::remove(&tx, tenant, there.uuid()).await?;
    }
    let subscriber = find_or_make(&tx, &place, candidate, key).await?;
    let mut subscribed = Vec::with_capacity(interests.len());
    for interest in interests {
        let place = (SubscriptionId::new(), subscriber);
        let Added { id, since, .. } = add(&tx, tenant, place, &interest, who.way, who.now).await?;
        subscribed.push(Subscription { id, interest, channels: vec![who.contact.channel()], since });
    }
    if count(&tx, tenant, subscriber).await? > u64::from(who.most) {
        tx.undo();
        return Ok((SignedUp::TooMany, None));
    }
    Ok((SignedUp::Subscribed(subscribed), Some(subscriber)))
}

async fn close(
    tx: &Tx,
    tenant: &TenantId,
    challenge: ChallengeId,
    who: &SignUp,
) -> Result<Option<Vec<Interest>>, Failure> {
    let sql = "UPDATE challenges SET closed_at = $4
               WHERE tenant = $1 AND purpose = $2 AND id = $3 AND closed_at IS NULL AND expires_at > $4
               RETURNING wanted";
    let purpose = Purpose::Subscribe.word();
    let values = vec![tenant.as_str().into(), purpose.into(), challenge.uuid().into(), micros(who.now).into()];
    let Some(row) = tx.row(sql, values).await? else { return Ok(None) };
    Ok(Some(from_json(WHAT, &column::<String>(WHAT, &row, 0)?)?))
}

async fn count(tx: &Tx, tenant: &TenantId, subscriber: SubscriberId) -> Result<u64, Failure> {
    let sql = "SELECT COUNT(*) FROM subscriptions WHERE tenant = $1 AND subscriber_id = $2";
    let row = tx.row(sql, vec![tenant.as_str().into(), subscriber.uuid().into()]).await?;
    let count: Option<i64> = row.map(|row| column(WHAT, &row, 0)).transpose()?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

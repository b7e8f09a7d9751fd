//! Challenges: codes and links that are yet to be given back. At most one of a purpose and subject is open.

mod address_changes;
mod resets;

use jiff::Timestamp;
use komunala_app::{ports::StoreError, sealing::SealingKey};
use komunala_domain::{
    EmailAddress, TenantId,
    ids::{ChallengeId, UserId},
};
use sea_orm::QueryResult;

use crate::{
    columns::{Word, column, micros, parsed, uuid},
    database::{Failure, Tx},
    sealed,
};

const WHAT: &str = "challenge";
const TABLE: &str = "challenges";

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A new password.
    ResetPassword,
    /// A new address.
    ChangeEmail,
    /// Being told of something, without a portal account.
    Subscribe,
}

/// A challenge to be opened.
struct Opening<'a> {
    id: ChallengeId,
    purpose: Purpose,
    subject: [u8; 32],
    /// Whose it is; nobody's is good for nothing.
    user: Option<UserId>,
    /// The address that is to be confirmed.
    address: Option<&'a EmailAddress>,
    expires: Timestamp,
}

/// Opens a challenge and ends the earlier one; `false` when another one was opened at the same moment.
async fn open(tx: &Tx, tenant: &TenantId, new: &Opening<'_>, now: Timestamp) -> Result<bool, Failure> {
    let sql = "UPDATE challenges SET closed_at = $4
               WHERE tenant = $1 AND purpose = $2 AND subject = $3 AND closed_at IS NULL";
    let subject = new.subject.to_vec();
    let values = vec![tenant.as_str().into(), new.purpose.word().into(), subject.clone().into(), micros(now).into()];
    tx.execute(sql, values).await?;
    let key = match new.user {
        Some(user) => tx.vault().key(user.uuid()).await?,
        None => None,
    };
    // the address of a challenge that is good for nothing is not kept
    let address = key.as_ref().zip(new.address);
    let sealed =
        address.map(|(key, address)| sealed::seal(key, TABLE, new.id.uuid(), &address.as_str())).transpose()?;
    let opened = tx
        .execute(
            "INSERT INTO challenges (id, tenant, purpose, subject, user_id, sealed, tries, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) ON CONFLICT DO NOTHING",
            vec![
                new.id.uuid().into(),
                tenant.as_str().into(),
                new.purpose.word().into(),
                subject.into(),
                new.user.filter(|_| key.is_some()).map(UserId::uuid).into(),
                sealed.into(),
                micros(now).into(),
                micros(new.expires).into(),
            ],
        )
        .await?;
    Ok(opened == 1)
}

/// When the newest challenge of a subject was opened.
async fn newest(tx: &Tx, tenant: &TenantId, purpose: Purpose, subject: [u8; 32]) -> Result<Option<i64>, Failure> {
    let sql = "SELECT MAX(created_at) FROM challenges WHERE tenant = $1 AND purpose = $2 AND subject = $3";
    let values = vec![tenant.as_str().into(), purpose.word().into(), subject.to_vec().into()];
    let row = tx.row(sql, values).await?;
    Ok(row.map(|row| column(WHAT, &row, 0)).transpose()?.flatten())
}

/// Takes one of the tries of a subject's open challenge, whoever's it is.
pub(crate) async fn take_try(
    tx: Tx,
    tenant: &TenantId,
    purpose: Purpose,
    subject: [u8; 32],
    max_tries: u32,
    now: Timestamp,
) -> Result<Option<ChallengeId>, Failure> {
    // the count is compared and raised on the locked row: whoever waited for the lock compares again
    let sql = "UPDATE challenges SET tries = tries + 1
               WHERE tenant = $1 AND purpose = $2 AND subject = $3 AND closed_at IS NULL
                 AND expires_at > $4 AND tries < $5
               RETURNING id";
    let values = vec![
        tenant.as_str().into(),
        purpose.word().into(),
        subject.to_vec().into(),
        micros(now).into(),
        i64::from(max_tries).into(),
    ];
    let row = tx.row(sql, values).await?;
    Ok(row.map(|row| uuid(WHAT, &row, 0)).transpose()?.map(ChallengeId::from_uuid))
}

/// Uses a challenge up; the row holds its user and, sealed, its address. `None` when it is over or nobody's.
async fn close(
    tx: &Tx,
    tenant: &TenantId,
    purpose: Purpose,
    challenge: ChallengeId,
    now: Timestamp,
) -> Result<Option<QueryResult>, Failure> {
    let sql = "UPDATE challenges SET closed_at = $4
               WHERE tenant = $1 AND purpose = $2 AND id = $3 AND closed_at IS NULL AND expires_at > $4
                 AND user_id IS NOT NULL
               RETURNING user_id, sealed";
    let values = vec![tenant.as_str().into(), purpose.word().into(), challenge.uuid().into(), micros(now).into()];
    Ok(tx.row(sql, values).await?)
}

/// The user of a row that [`close`] answered.
fn user_of(row: &QueryResult) -> Result<UserId, StoreError> {
    uuid(WHAT, row, 0).map(UserId::from_uuid)
}

/// The address of a row that [`close`] answered; `None` when its user is nobody any more.
async fn address_of(tx: &Tx, challenge: ChallengeId, row: &QueryResult) -> Result<Option<EmailAddress>, Failure> {
    let Some(key) = tx.vault().key(user_of(row)?.uuid()).await? else { return Ok(None) };
    let sealed: String = column(WHAT, row, 1)?;
    Ok(Some(parsed(WHAT, &address(&key, challenge, &sealed)?)?))
}

/// Opens the address that a challenge is to confirm.
pub(crate) fn address(key: &SealingKey, challenge: ChallengeId, sealed: &str) -> Result<String, StoreError> {
    sealed::open(key, TABLE, challenge.uuid(), sealed)
}

/// Ends whatever challenges of a user are open: what they were for was decided otherwise.
pub(crate) async fn close_all(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE challenges SET closed_at = $3 WHERE tenant = $1 AND user_id = $2 AND closed_at IS NULL";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

/// Ends whatever challenges of a user are open, and leaves no address in any.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE challenges SET closed_at = COALESCE(closed_at, $3), sealed = NULL
               WHERE tenant = $1 AND user_id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

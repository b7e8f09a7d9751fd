//! What billing systems are told of paper: it follows from the choices of all active links of an account.

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{StoreError, accounts::Untold, imports::DeliveryAnswer};
use komunala_domain::{BillDelivery, PostalChannel, ProviderId, TenantId, delivery::postal_channel, ids::AccountId};
use sea_orm::Value;

use crate::{
    columns::{Word, column, micros, parsed, uuid},
    database::{Failure, Tx},
};

const WHAT: &str = "account";

/// How long whoever got an account from [`untold`] has to tell its billing system.
const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// Works out what the billing system should be told; the caller holds the account's row.
pub(crate) async fn settle(tx: &Tx, tenant: &TenantId, account: AccountId, now: Timestamp) -> Result<(), Failure> {
    let rows = tx
        .rows(
            "SELECT delivery FROM links
             WHERE tenant = $1 AND account_id = $2 AND since IS NOT NULL AND ended_at IS NULL AND suspended_at IS NULL",
            vec![tenant.as_str().into(), account.uuid().into()],
        )
        .await?;
    let choices: Result<Vec<BillDelivery>, StoreError> =
        rows.iter().map(|row| BillDelivery::of(&column::<String>("link", row, 0)?)).collect();
    let wanted = postal_channel(choices?).word();
    let sql = "UPDATE accounts
               SET postal_wanted = $3,
                   telling_due = CASE WHEN COALESCE(postal_queued, postal_told) = $3 THEN NULL
                                      WHEN postal_wanted <> $3 OR telling_due IS NULL THEN $4
                                      ELSE telling_due END
               WHERE tenant = $1 AND id = $2";
    let values = vec![tenant.as_str().into(), account.uuid().into(), wanted.into(), micros(now).into()];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Leaves a billing system alone that has closed the account, until somebody links it again.
pub(super) async fn rest(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<(), Failure> {
    let sql = "UPDATE accounts SET telling_due = NULL WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into()]).await?;
    Ok(())
}

/// Notes an acknowledgement. What is wanted may have changed while it was on its way: then it stays due.
pub(super) async fn told(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    channel: PostalChannel,
    now: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE accounts
               SET postal_told = $3, told_at = $4, postal_queued = NULL,
                   telling_due = CASE WHEN postal_wanted = $3 THEN NULL ELSE COALESCE(telling_due, $4) END
               WHERE tenant = $1 AND id = $2";
    let values = vec![tenant.as_str().into(), account.uuid().into(), channel.word().into(), micros(now).into()];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Notes what the billing system will be told by its next file. What is wanted may have changed meanwhile: then it stays
/// due.
pub(super) async fn queued(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    channel: PostalChannel,
) -> Result<(), Failure> {
    let sql = "UPDATE accounts
               SET postal_queued = $3, telling_due = CASE WHEN postal_wanted = $3 THEN NULL ELSE telling_due END
               WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into(), channel.word().into()]).await?;
    Ok(())
}

/// Notes what a file says became of a choice that was handed in; files above `sequence` came after it. A refused one is not told again by
/// itself: an operator looks at it. An answer from before a known one changes nothing.
pub(crate) async fn answered(
    tx: &Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    answer: &DeliveryAnswer,
    sequence: i64,
    now: Timestamp,
) -> Result<(), Failure> {
    let taken_over = "UPDATE accounts
               SET postal_told = $4, told_at = $5, told_sequence = $6,
                   postal_queued = CASE WHEN postal_queued = $4 THEN NULL ELSE postal_queued END,
                   telling_due = CASE
                       WHEN COALESCE(CASE WHEN postal_queued = $4 THEN NULL ELSE postal_queued END, $4) = postal_wanted
                       THEN NULL ELSE COALESCE(telling_due, $5) END
               WHERE tenant = $1 AND provider = $2 AND external_id = $3 AND COALESCE(told_sequence, 0) <= $6";
    let refused = "UPDATE accounts SET postal_queued = NULL
               WHERE tenant = $1 AND provider = $2 AND external_id = $3 AND postal_queued = $4";
    let mut values: Vec<Value> = vec![
        tenant.as_str().into(),
        provider.as_str().into(),
        answer.account.as_str().into(),
        answer.channel.word().into(),
    ];
    if answer.is_taken_over {
        values.extend([micros(now).into(), sequence.into()]);
        tx.execute(taken_over, values).await?;
    } else {
        tx.execute(refused, values).await?;
    }
    Ok(())
}

/// Notes that telling failed; what needs no telling any more stays so.
pub(super) async fn telling_failed(
    tx: Tx,
    tenant: &TenantId,
    account: AccountId,
    retry_at: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE accounts SET telling_due = $3 WHERE tenant = $1 AND id = $2 AND telling_due IS NOT NULL";
    tx.execute(sql, vec![tenant.as_str().into(), account.uuid().into(), micros(retry_at).into()]).await?;
    Ok(())
}

/// Accounts whose billing system is to be told, leased to the caller.
pub(super) async fn untold(tx: Tx, limit: u32, now: Timestamp) -> Result<Vec<Untold>, Failure> {
    let sql = tx.skipping_locked(
        "UPDATE accounts SET telling_due = $1
         WHERE id IN (SELECT id FROM accounts WHERE telling_due <= $2 ORDER BY telling_due, id LIMIT $3 + 0 {lock})
         RETURNING tenant, id, provider, external_id, postal_wanted",
    );
    let values = vec![micros(now + LEASE).into(), micros(now).into(), i64::from(limit).into()];
    let rows = tx.rows(&sql, values).await?;
    let untold: Result<Vec<_>, StoreError> = rows
        .iter()
        .map(|row| {
            Ok(Untold {
                tenant: parsed(WHAT, &column::<String>(WHAT, row, 0)?)?,
                id: AccountId::from_uuid(uuid(WHAT, row, 1)?),
                provider: parsed(WHAT, &column::<String>(WHAT, row, 2)?)?,
                external_id: parsed(WHAT, &column::<String>(WHAT, row, 3)?)?,
                wanted: PostalChannel::of(&column::<String>(WHAT, row, 4)?)?,
            })
        })
        .collect();
    Ok(untold?)
}

//! Taking payments in hand. Whoever dies with one loses it when its time is over, and a worker goes on.

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::payments::PaymentRow;
use komunala_domain::{TenantId, ids::PaymentId};

use super::row;
use crate::{
    columns::micros,
    database::{Failure, Tx},
};

/// How long somebody has a payment in hand: longer than a payment provider and a billing system may take together.
const LEASE: SignedDuration = SignedDuration::from_secs(40);

pub(super) async fn one(
    tx: Tx,
    tenant: &TenantId,
    id: PaymentId,
    now: Timestamp,
) -> Result<Option<PaymentRow>, Failure> {
    let sql = format!(
        "UPDATE payments SET busy_until = $3, ask_at = $3, attempt = attempt + 1, tries = tries + 1
         WHERE tenant = $1 AND id = $2 AND (busy_until IS NULL OR busy_until <= $4)
         RETURNING {}",
        row::COLUMNS
    );
    let values = vec![tenant.as_str().into(), id.uuid().into(), micros(now + LEASE).into(), micros(now).into()];
    Ok(tx.row(&sql, values).await?.as_ref().map(row::read).transpose()?)
}

pub(super) async fn due(tx: Tx, limit: u32, now: Timestamp) -> Result<Vec<PaymentRow>, Failure> {
    let sql = tx.skipping_locked(&format!(
        "UPDATE payments SET busy_until = $1, ask_at = $1, attempt = attempt + 1, tries = tries + 1
         WHERE id IN (SELECT id FROM payments WHERE ask_at <= $2 AND (busy_until IS NULL OR busy_until <= $2)
                      ORDER BY ask_at, id LIMIT $3 + 0 {{lock}})
         RETURNING {}",
        row::COLUMNS
    ));
    let values = vec![micros(now + LEASE).into(), micros(now).into(), i64::from(limit).into()];
    let rows = tx.rows(&sql, values).await?;
    Ok(rows.iter().map(row::read).collect::<Result<_, _>>()?)
}

pub(super) async fn remind(tx: Tx, tenant: &TenantId, id: PaymentId, at: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE payments SET ask_at = $3 WHERE tenant = $1 AND id = $2 AND (ask_at IS NULL OR ask_at > $3)";
    tx.execute(sql, vec![tenant.as_str().into(), id.uuid().into(), micros(at).into()]).await?;
    Ok(())
}

//! What was learned of a payment: held against the state that it has by now.

use jiff::Timestamp;
use komunala_app::ports::{
    audit::{Action, Actor, NewEvent},
    copies::CopyKind,
    payments::{Disbelief, Learned, PaymentRow},
};
use komunala_domain::{
    TenantId,
    ids::PaymentId,
    payment::{PaymentState, PaymentStep},
};

use super::{WHAT, row};
use crate::{
    audit,
    columns::{Word, json, micros, time},
    copies::age,
    database::{Failure, Tx},
};

pub(super) async fn learn(
    tx: Tx,
    tenant: &TenantId,
    id: PaymentId,
    learned: &Learned,
) -> Result<Option<PaymentRow>, Failure> {
    let sql = format!("SELECT {} FROM payments WHERE tenant = $1 AND id = $2 {{lock}}", row::COLUMNS);
    let found = tx.row(&tx.locking(&sql), vec![tenant.as_str().into(), id.uuid().into()]).await?;
    let Some(found) = found else { return Ok(None) };
    let (mut payment, times) = (row::read(&found)?, row::times(&found)?);
    let is_in_hand = payment.attempt == learned.attempt;
    // the way of a payment is that of whoever has it in hand; all else is true whoever learned of it
    let counts = |step: &PaymentStep| is_in_hand || *step != PaymentStep::Forwarded;
    let step = learned.step.filter(counts).and_then(|step| payment.state.after(step).map(|state| (step, state)));
    if step.is_none() && !is_in_hand {
        return Ok(Some(payment));
    }
    // somebody asked meanwhile for an earlier look
    let reminded = times.ask_at.filter(|at| Some(*at) != times.busy_until);
    let next = learned.next.map(micros).into_iter().chain(reminded).min();
    let busy_until = times.busy_until.filter(|_| !is_in_hand);
    if let Some((step, state)) = step {
        payment.state = state;
        // as precise as it is read back
        payment.updated_at = time(WHAT, micros(learned.now))?;
        payment.progress = learned.progress.clone();
        payment.tries = 0;
        note(&tx, tenant, id, step.word(), "", learned.now).await?;
        forget_copies(&tx, tenant, &payment).await?;
    }
    let sql = "UPDATE payments
               SET state = $3, updated_at = $4, progress = $5, tries = $6, ask_at = $7, busy_until = $8
               WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        id.uuid().into(),
        payment.state.word().into(),
        micros(payment.updated_at).into(),
        json(&payment.progress)?.into(),
        i32::try_from(payment.tries).unwrap_or(i32::MAX).into(),
        next.into(),
        busy_until.into(),
    ];
    tx.execute(sql, values).await?;
    if let Some(action) = step.and_then(|(step, _)| action(step)) {
        audit::tell(&tx, tenant, &[by_hub(action, id.to_string())], learned.now).await?;
    }
    Ok(Some(payment))
}

/// What the billing system says of the account is another thing from now on.
async fn forget_copies(tx: &Tx, tenant: &TenantId, payment: &PaymentRow) -> Result<(), Failure> {
    if !matches!(payment.state, PaymentState::Posted | PaymentState::Reversed) {
        return Ok(());
    }
    for kind in [CopyKind::Balance, CopyKind::Ledger, CopyKind::Invoices] {
        age::forget(tx.clone(), tenant, payment.account, kind).await?;
    }
    Ok(())
}

pub(super) async fn disbelieve(
    tx: Tx,
    tenant: &TenantId,
    id: PaymentId,
    why: Disbelief,
    now: Timestamp,
) -> Result<(), Failure> {
    // once: whoever sends the same a thousand times fills no log
    if note(&tx, tenant, id, "disbelieved", why.word(), now).await? {
        let event = by_hub(Action::PaymentDoubted, format!("{id} {}", why.word()));
        audit::tell(&tx, tenant, &[event], now).await?;
    }
    Ok(())
}

/// Adds an event of a payment; `false` where it has it already.
pub(super) async fn note(
    tx: &Tx,
    tenant: &TenantId,
    id: PaymentId,
    event: &str,
    detail: &str,
    now: Timestamp,
) -> Result<bool, Failure> {
    let sql = "INSERT INTO payment_events (payment_id, tenant, event, detail, at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT DO NOTHING";
    let values = vec![id.uuid().into(), tenant.as_str().into(), event.into(), detail.into(), micros(now).into()];
    Ok(tx.execute(sql, values).await? == 1)
}

fn action(step: PaymentStep) -> Option<Action> {
    match step {
        PaymentStep::Paid => Some(Action::PaymentMade),
        PaymentStep::Posted => Some(Action::PaymentPosted),
        PaymentStep::Reversed => Some(Action::PaymentReversed),
        PaymentStep::Forwarded | PaymentStep::Failed | PaymentStep::Expired => None,
    }
}

fn by_hub(action: Action, target: String) -> NewEvent {
    NewEvent { actor: Actor::Hub, action, subject: None, target, details: None }
}

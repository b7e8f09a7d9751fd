//! Writing a payment down.

use komunala_app::ports::{
    Written,
    audit::{Action, Actor, NewEvent},
    payments::{NewPayment, PaymentProgress},
};
use komunala_domain::{TenantId, payment::PaymentState};

use super::learn;
use crate::{
    audit,
    columns::{Word, json, micros},
    database::{Failure, Tx},
    requests,
};

pub(super) async fn start(tx: Tx, tenant: &TenantId, new: &NewPayment) -> Result<Written<()>, Failure> {
    let id = new.id;
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, &id.to_string(), new.now).await? {
        return Ok(Written::Before(answer));
    }
    let values = vec![
        id.uuid().into(),
        tenant.as_str().into(),
        new.provider.as_str().into(),
        new.account.uuid().into(),
        new.invoice.uuid().into(),
        new.order.link.uuid().into(),
        new.channel.as_str().into(),
        PaymentState::Started.word().into(),
        micros(new.now).into(),
        micros(new.order.expires_at).into(),
        json(&new.order)?.into(),
        json(&PaymentProgress::default())?.into(),
    ];
    tx.execute(
        "INSERT INTO payments (id, tenant, provider, account_id, invoice_id, link_id, channel, state, started_at,
           updated_at, attempt, tries, ask_at, content, progress)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, 0, $10, $11, $12)",
        values,
    )
    .await?;
    learn::note(&tx, tenant, id, "started", "", new.now).await?;
    let event = match new.user {
        Some(user) => audit::by_user(user, Action::PaymentStarted, id.to_string()),
        None => {
            let (actor, target) = (Actor::Anybody, id.to_string());
            NewEvent { actor, action: Action::PaymentStarted, subject: None, target, details: None }
        }
    };
    audit::tell(&tx, tenant, &[event], new.now).await?;
    Ok(Written::Now(()))
}

//! The desk: a provider's requests, and what staff do with them.

use jiff::Timestamp;
use komunala_app::{
    ports::{
        Written,
        audit::{Action, Actor, NewEvent},
        service_requests::{DeskFilter, DeskStep, Stepped},
    },
    scope::DeskScope,
};
use komunala_domain::{
    ProviderId, TenantId,
    ids::{ServiceRequestId, UserId},
    request::{Author, RequestState},
};
use sea_orm::{Value, prelude::Uuid};

use super::{
    hold,
    row::{COLUMNS, SealedEntry},
    say::{Added, add, set_state},
};
use crate::{
    audit,
    columns::{Word, storable},
    database::{Failure, Tx},
    requests, users,
};

/// The statement of a page of a provider's requests, the oldest first.
pub(super) fn list(
    tenant: &TenantId,
    provider: &ProviderId,
    filter: &DeskFilter,
    after: Option<ServiceRequestId>,
    limit: u32,
) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![
        tenant.as_str().into(),
        provider.as_str().into(),
        after.map_or(Uuid::nil(), ServiceRequestId::uuid).into(),
        i64::from(limit).into(),
        filter.state.unwrap_or(RequestState::Closed).word().into(),
    ];
    // all that are not closed, where nobody says
    let sign = if filter.state.is_some() { "=" } else { "<>" };
    let mut narrower = String::new();
    if let Some(assignee) = &filter.assignee {
        values.push(storable(assignee).into());
        narrower.push_str(" AND assignee = $6");
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM service_requests
         WHERE tenant = $1 AND provider = $2 AND id > $3 AND state {sign} $5{narrower} ORDER BY id LIMIT $4 + 0"
    );
    (sql, values)
}

/// The condition of one request of a provider's, and its values.
pub(super) const ONE: &str = "tenant = $1 AND provider = $2 AND id = $3";

pub(super) fn one(scope: &DeskScope, provider: &ProviderId, id: ServiceRequestId) -> Vec<Value> {
    vec![scope.tenant().tenant().as_str().into(), provider.as_str().into(), id.uuid().into()]
}

pub(super) async fn step(
    tx: Tx,
    scope: &DeskScope,
    provider: &ProviderId,
    id: ServiceRequestId,
    step: &DeskStep,
    now: Timestamp,
) -> Result<Stepped, Failure> {
    let tenant = scope.tenant().tenant();
    if let DeskStep::Answer { key, .. } = step
        && let Written::Before(_) = requests::take(&tx, tenant, key, &id.to_string(), now).await?
    {
        return Ok(Stepped::Done);
    }
    let Some((state, owner)) = hold(&tx, ONE, one(scope, provider, id)).await? else {
        tx.undo();
        return Ok(Stepped::Nowhere);
    };
    let state = RequestState::of(&state)?;
    if !state.is_open() {
        tx.undo();
        return Ok(Stepped::Over);
    }
    let (action, state) = match step {
        DeskStep::Take => {
            (Action::RequestTaken, if state == RequestState::Answered { state } else { RequestState::InProgress })
        }
        DeskStep::Close => (Action::RequestClosed, RequestState::Closed),
        DeskStep::Answer { entry, text, close, notice, .. } => {
            let Some(key) = tx.vault().key(owner.uuid()).await? else {
                tx.undo();
                return Ok(Stepped::Nowhere);
            };
            let sealed = SealedEntry::of_staff(scope.operator(), text);
            add(&tx, tenant, &key, id, &Added { id: *entry, author: Author::Staff, sealed, at: now }).await?;
            users::tell_for(&tx, tenant, owner, notice, now).await?;
            (Action::RequestAnswered, if *close { RequestState::Closed } else { RequestState::Answered })
        }
    };
    set_state(&tx, tenant, id, state, now).await?;
    if !matches!(step, DeskStep::Close) {
        let sql = "UPDATE service_requests SET assignee = $3 WHERE tenant = $1 AND id = $2";
        let values = vec![tenant.as_str().into(), id.uuid().into(), storable(scope.operator()).into()];
        tx.execute(sql, values).await?;
    }
    note(&tx, scope, action, owner, id, now).await?;
    Ok(Stepped::Done)
}

/// Puts what an operator did into the audit log.
pub(super) async fn note(
    tx: &Tx,
    scope: &DeskScope,
    action: Action,
    owner: UserId,
    id: ServiceRequestId,
    now: Timestamp,
) -> Result<(), Failure> {
    let event = NewEvent {
        actor: Actor::Operator(scope.operator().to_owned()),
        action,
        subject: Some(owner),
        target: id.to_string(),
        details: None,
    };
    audit::tell(tx, scope.tenant().tenant(), &[event], now).await
}

//! What customers say: a request, and more about it.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        StoreError, WriteKey, Written,
        audit::Action,
        service_requests::{NewEntry, NewRequest, Said},
    },
    scope::UserScope,
    sealing::SealingKey,
};
use komunala_domain::{
    TenantId,
    ids::ServiceRequestId,
    request::{Author, BillingProgress, RequestState},
};

use super::{
    hold, own,
    row::{SealedEntry, SealedRequest},
};
use crate::{
    accounts::Reach,
    attachments, audit,
    columns::{Word, micros},
    database::{Failure, Tx},
    requests,
};

/// How long whoever made a request has to tell the billing system before a worker does.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(1);

pub(super) async fn first(tx: Tx, scope: &UserScope, new: &NewRequest) -> Result<Said, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, &new.id.to_string(), new.now).await? {
        return Ok(Said::Before(answer));
    }
    if !may_ask(&tx, scope, new).await? {
        tx.undo();
        return Ok(Said::Nowhere);
    }
    let gone = || StoreError::Internal("somebody without a key asked something".into());
    let key = tx.vault().key(user.uuid()).await?.ok_or_else(gone)?;
    let sealed =
        SealedRequest { subject: new.letter.subject.clone(), letter: new.letter.text.clone(), billing_id: None };
    let ask_at = (new.billing == BillingProgress::Due).then(|| micros(new.now + LEASE));
    tx.execute(
        "INSERT INTO service_requests
           (id, tenant, provider, account_id, user_id, kind, state, billing, created_at, updated_at, tries, ask_at, sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, $10, $11)",
        vec![
            new.id.uuid().into(),
            tenant.as_str().into(),
            new.provider.as_str().into(),
            new.account.uuid().into(),
            user.uuid().into(),
            new.letter.kind.word().into(),
            RequestState::Received.word().into(),
            new.billing.word().into(),
            micros(new.now).into(),
            ask_at.into(),
            sealed.seal(&key, new.id.uuid())?.into(),
        ],
    )
    .await?;
    let sealed = SealedEntry::of_customer(&new.first);
    let entry = Added { id: new.first.id, author: Author::Customer, sealed, at: new.now };
    add(&tx, tenant, &key, new.id, &entry).await?;
    let places = (new.id.uuid(), new.first.id.uuid());
    if let Some(missing) = attachments::bind(&tx, (tenant, user), places, &new.first.attachments).await? {
        tx.undo();
        return Ok(Said::NoAttachment(missing));
    }
    let event = audit::by_user(user, Action::RequestMade, new.id.to_string());
    audit::tell(&tx, tenant, &[event], new.now).await?;
    Ok(Said::Now)
}

/// Whether the user has the account linked, with a link that counts.
async fn may_ask(tx: &Tx, scope: &UserScope, new: &NewRequest) -> Result<bool, Failure> {
    let Some(mut reach) = Reach::of_account(scope, new.account) else { return Ok(false) };
    let provider = reach.value(new.provider.as_str());
    let sql = format!(
        "SELECT a.id FROM links l JOIN accounts a ON a.id = l.account_id WHERE {} AND a.provider = {provider}",
        reach.condition()
    );
    Ok(tx.row(&sql, reach.into_values()).await?.is_some())
}

pub(super) async fn more(
    tx: Tx,
    scope: &UserScope,
    id: ServiceRequestId,
    entry: &NewEntry,
    key: &WriteKey,
    now: Timestamp,
) -> Result<Said, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    if let Written::Before(answer) = requests::take(&tx, tenant, key, &id.to_string(), now).await? {
        return Ok(Said::Before(answer));
    }
    let own = own(scope, &komunala_app::ports::accounts::AccountFilter::All);
    let found = match own {
        None => None,
        Some((condition, mut values)) => {
            values.push(id.uuid().into());
            hold(&tx, &format!("{condition} AND id = ${}", values.len()), values).await?
        }
    };
    let seal = tx.vault().key(user.uuid()).await?;
    let (Some((state, _)), Some(seal)) = (found, seal) else {
        tx.undo();
        return Ok(Said::Nowhere);
    };
    let state = RequestState::of(&state)?;
    if !state.is_open() {
        tx.undo();
        return Ok(Said::Over);
    }
    let added = Added { id: entry.id, author: Author::Customer, sealed: SealedEntry::of_customer(entry), at: now };
    add(&tx, tenant, &seal, id, &added).await?;
    let places = (id.uuid(), entry.id.uuid());
    if let Some(missing) = attachments::bind(&tx, (tenant, user), places, &entry.attachments).await? {
        tx.undo();
        return Ok(Said::NoAttachment(missing));
    }
    set_state(&tx, tenant, id, state.after_reply(), now).await?;
    let event = audit::by_user(user, Action::RequestReplied, id.to_string());
    audit::tell(&tx, tenant, &[event], now).await?;
    Ok(Said::Now)
}

/// Something that is said.
pub(super) struct Added {
    pub(super) id: komunala_domain::ids::EntryId,
    pub(super) author: Author,
    pub(super) sealed: SealedEntry,
    pub(super) at: Timestamp,
}

/// Adds it to a request.
pub(super) async fn add(
    tx: &Tx,
    tenant: &TenantId,
    key: &SealingKey,
    request: ServiceRequestId,
    entry: &Added,
) -> Result<(), Failure> {
    let sql =
        "INSERT INTO request_entries (id, tenant, request_id, author, at, sealed) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        entry.id.uuid().into(),
        tenant.as_str().into(),
        request.uuid().into(),
        entry.author.word().into(),
        micros(entry.at).into(),
        entry.sealed.seal(key, entry.id)?.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &Tx,
    tenant: &TenantId,
    id: ServiceRequestId,
    state: RequestState,
    now: Timestamp,
) -> Result<(), Failure> {
    let sql = "UPDATE service_requests SET state = $3, updated_at = $4 WHERE tenant = $1 AND id = $2";
    let values = vec![tenant.as_str().into(), id.uuid().into(), state.word().into(), micros(now).into()];
    tx.execute(sql, values).await?;
    Ok(())
}

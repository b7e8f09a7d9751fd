//! Texts from phones: sealed under keys of their own, which go when they were read.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Inbox, StoreError,
        inbox::{Admission, Incoming, NewIncoming},
        outbox::NewMessage,
        text_gateways::IncomingText,
    },
    scope::{SystemScope, TenantScope},
};
use komunala_domain::{
    PhoneNumber, TenantId,
    ids::{IncomingTextId, UserId},
};
use sea_orm::{QueryResult, Value, prelude::Uuid};
use serde::{Deserialize, Serialize};

use crate::{
    Store,
    columns::{column, micros, parsed, storable, uuid},
    database::{Failure, Rows, Tx},
    outbox::enqueue,
    sealed,
    vault::OpenKey,
};

const WHAT: &str = "incoming text";
const TABLE: &str = "incoming_texts";

/// How long whoever reads a text has it to themselves.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// After so many tries nobody tries any more: an hour.
const MOST_TRIES: i32 = 60;
/// A household shares a phone; more than that share none.
const MOST_USERS: i64 = 5;

/// The column `sealed`.
#[derive(Serialize, Deserialize)]
struct Sealed {
    from: String,
    text: String,
}

#[async_trait]
impl Inbox for Store {
    async fn take_in(&self, scope: &TenantScope, new: &NewIncoming) -> Result<Admission, StoreError> {
        let tenant = scope.tenant();
        let key = self.database.vault().make(tenant, new.id.uuid(), new.now).await?;
        let work = |tx| take_in(tx, tenant, new, &key);
        let admission = self.database.write(tenant, "store.take_in_text", work).await?;
        if admission != Admission::Now {
            self.database.vault().forget(new.id.uuid()).await?;
        }
        Ok(admission)
    }

    async fn due(&self, _: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Incoming>, StoreError> {
        let work = |tx: Tx| async move {
            let sql = tx.skipping_locked(
                "UPDATE incoming_texts SET due_at = $1, tries = tries + 1
                 WHERE id IN (SELECT id FROM incoming_texts WHERE state = 'due' AND due_at <= $2 AND tries < $3
                              ORDER BY due_at, id LIMIT $4 + 0 {lock})
                 RETURNING id, tenant, provider, gateway_id, sealed",
            );
            let values: Vec<Value> =
                vec![micros(now + LEASE).into(), micros(now).into(), MOST_TRIES.into(), i64::from(limit).into()];
            let mut texts = Vec::new();
            for row in tx.rows(&sql, values).await? {
                match opened(&tx, &row).await? {
                    Some(text) => texts.push(text),
                    None => over(&tx, uuid(WHAT, &row, 0)?).await?,
                }
            }
            // ids sort by when they came
            texts.sort_by_key(|text| text.id);
            Ok(texts)
        };
        self.database.write(Rows::All, "store.due_texts", work).await
    }

    async fn done(
        &self,
        scope: &TenantScope,
        id: IncomingTextId,
        reply: Option<&NewMessage>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (tenant, vault) = (scope.tenant(), self.database.vault());
        if let Some(reply) = reply {
            vault.make(tenant, reply.id.uuid(), now).await?;
        }
        let work = |tx: Tx| async move {
            let sql = "UPDATE incoming_texts SET state = 'done', sealed = ''
                       WHERE tenant = $1 AND id = $2 AND state = 'due'";
            let is_first = tx.execute(sql, vec![tenant.as_str().into(), id.uuid().into()]).await? == 1;
            if let Some(reply) = reply.filter(|_| is_first) {
                enqueue(&tx, tenant, reply.id.uuid(), reply, now).await?;
            }
            Ok(is_first)
        };
        let is_first = self.database.write(tenant, "store.text_read", work).await?;
        if let Some(reply) = reply.filter(|_| !is_first) {
            vault.forget(reply.id.uuid()).await?;
        }
        vault.forget(id.uuid()).await
    }

    async fn with_phone(&self, scope: &TenantScope, phone: &PhoneNumber) -> Result<Vec<UserId>, StoreError> {
        let tenant = scope.tenant();
        let sql = "SELECT id FROM users WHERE tenant = $1 AND phone_lookup = $2 AND verified_at IS NOT NULL
                   ORDER BY id LIMIT $3 + 0";
        let lookup = self.database.vault().lookup_contact(tenant, &phone.clone().into());
        let values = vec![tenant.as_str().into(), lookup.into(), MOST_USERS.into()];
        let rows = self.database.select(tenant, "store.users_with_phone", sql, values).await?;
        rows.iter().map(|row| Ok(UserId::from_uuid(uuid(WHAT, row, 0)?))).collect()
    }
}

/// Counts first and looks then: of many at once each sees those that came before it, or they wait for one another.
async fn take_in(tx: Tx, tenant: &TenantId, new: &NewIncoming, key: &OpenKey) -> Result<Admission, Failure> {
    let lookup = tx.vault().lookup_contact(tenant, &new.text.from.clone().into());
    let sealed = Sealed { from: new.text.from.as_str().to_owned(), text: storable(&new.text.text) };
    let inserted = tx
        .execute(
            "INSERT INTO incoming_texts (id, tenant, provider, gateway_id, sender_lookup, sealed, state, tries, due_at,
                                         received_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'due', 0, $7, $7) ON CONFLICT DO NOTHING",
            vec![
                new.id.uuid().into(),
                tenant.as_str().into(),
                new.provider.as_str().into(),
                storable(&new.text.id).into(),
                lookup.as_str().into(),
                sealed::seal(key, TABLE, new.id.uuid(), &sealed)?.into(),
                micros(new.now).into(),
            ],
        )
        .await?;
    if inserted == 0 {
        return Ok(Admission::Before);
    }
    let sql = "SELECT COUNT(*) FROM incoming_texts WHERE tenant = $1 AND sender_lookup = $2 AND received_at > $3";
    let since = micros(new.now - SignedDuration::from_hours(1));
    let row = tx.row(sql, vec![tenant.as_str().into(), lookup.into(), since.into()]).await?;
    let count: i64 = row.map_or(Ok(0), |row| column(WHAT, &row, 0))?;
    if count > i64::from(new.per_hour) {
        tx.undo();
        return Ok(Admission::TooMany);
    }
    Ok(Admission::Now)
}

async fn opened(tx: &Tx, row: &QueryResult) -> Result<Option<Incoming>, Failure> {
    let id: Uuid = uuid(WHAT, row, 0)?;
    let Some(key) = tx.vault().key(id).await? else { return Ok(None) };
    let Sealed { from, text } = sealed::open(&key, TABLE, id, &column::<String>(WHAT, row, 4)?)?;
    let (tenant, provider): (String, String) = (column(WHAT, row, 1)?, column(WHAT, row, 2)?);
    Ok(Some(Incoming {
        id: IncomingTextId::from_uuid(id),
        tenant: parsed(WHAT, &tenant)?,
        provider: parsed(WHAT, &provider)?,
        text: IncomingText { id: column(WHAT, row, 3)?, from: parsed(WHAT, &from)?, text },
    }))
}

/// One whose key is gone says nothing any more.
async fn over(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    let sql = "UPDATE incoming_texts SET state = 'done', sealed = '' WHERE id = $1";
    tx.execute(sql, vec![id.into()]).await?;
    Ok(())
}

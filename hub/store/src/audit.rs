//! The audit log: one chain per tenant, and one for the hub. Rows are only ever added.

mod append;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Audit, StoreError,
        audit::{Chain, Event, NewEvent},
    },
    scope::{OperatorScope, SystemScope, TenantScope},
    sealing::SealingKey,
};
use komunala_domain::ids::UserId;
use sea_orm::{QueryResult, prelude::Uuid};

use crate::{
    Store,
    columns::{column, damaged, parsed, time},
    database::{Rows, Tx},
    sealed,
};

pub(crate) use append::{about, append, by_user, tell};

const WHAT: &str = "audit event";
const TABLE: &str = "audit_events";
const COLUMNS: &str = "sequence, at, actor, action, subject, target, sealed, previous, hash, id";

#[async_trait]
impl Audit for Store {
    async fn note(&self, scope: &TenantScope, event: NewEvent, now: Timestamp) -> Result<(), StoreError> {
        let (tenant, events) = (scope.tenant(), &[event]);
        let work = |tx: Tx| async move { tell(&tx, tenant, events, now).await };
        self.database.write(tenant, "store.note", work).await
    }

    async fn note_operator(
        &self,
        _: &OperatorScope,
        chain: &Chain,
        event: NewEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let events = &[event];
        let work = |tx: Tx| async move { append(&tx, chain, events, now).await };
        self.database.write(Rows::All, "store.note_operator", work).await
    }

    async fn chains(&self, _: &SystemScope) -> Result<Vec<Chain>, StoreError> {
        // not those that have a first link: a chain whose first link was removed must be found too
        let sql = "SELECT DISTINCT tenant FROM audit_events ORDER BY tenant";
        let rows = self.database.select(Rows::All, "store.audit_chains", sql, Vec::new()).await?;
        let chain = |row: &QueryResult| {
            let name: String = column(WHAT, row, 0)?;
            if name == Chain::Hub.name() { Ok(Chain::Hub) } else { parsed(WHAT, &name).map(Chain::Tenant) }
        };
        rows.iter().map(chain).collect()
    }

    async fn events(
        &self,
        _: &SystemScope,
        chain: &Chain,
        subject: Option<UserId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let about = if subject.is_some() { " AND subject = $4" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS} FROM audit_events WHERE tenant = $1 AND sequence > $2{about} ORDER BY sequence LIMIT $3 + 0"
        );
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let mut values = vec![chain.name().into(), after.into(), i64::from(limit).into()];
        values.extend(subject.map(|subject| subject.uuid().into()));
        let rows = self.database.select(Rows::All, "store.audit_events", sql, values).await?;
        self.read(&rows).await
    }
}

impl Store {
    /// Reads events, and opens the details of those whose subjects have a key.
    async fn read(&self, rows: &[QueryResult]) -> Result<Vec<Event>, StoreError> {
        let mut events = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let sealed = |(_, event): &&(Uuid, Event)| !event.sealed.is_empty();
        let mut subjects: Vec<_> =
            events.iter().filter(sealed).filter_map(|(_, event)| event.subject.map(UserId::uuid)).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let keys = self.database.vault().keys(&subjects).await?;
        for (id, event) in &mut events {
            let key = event.subject.and_then(|subject| keys.get(&subject.uuid()));
            if let Some(key) = key {
                // what was tampered with does not open; verifying says so, listing goes on
                event.details = details(key, *id, &event.sealed).ok().flatten();
            }
        }
        Ok(events.into_iter().map(|(_, event)| event).collect())
    }
}

/// Opens the details of an event about the key's subject; `None` where there are none.
pub(crate) fn details(key: &SealingKey, event: Uuid, sealed: &str) -> Result<Option<String>, StoreError> {
    if sealed.is_empty() { Ok(None) } else { sealed::open(key, TABLE, event, sealed).map(Some) }
}

fn event(row: &QueryResult) -> Result<(Uuid, Event), StoreError> {
    let hash = |index| -> Result<[u8; 32], StoreError> {
        column::<Vec<u8>>(WHAT, row, index)?.try_into().map_err(|_| damaged(WHAT, "a link has 32 bytes"))
    };
    let event = Event {
        sequence: column::<i64>(WHAT, row, 0)?.unsigned_abs(),
        at: time(WHAT, column(WHAT, row, 1)?)?,
        actor: column(WHAT, row, 2)?,
        action: column(WHAT, row, 3)?,
        subject: column::<Option<Uuid>>(WHAT, row, 4)?.map(UserId::from_uuid),
        target: column(WHAT, row, 5)?,
        sealed: column(WHAT, row, 6)?,
        details: None,
        previous: hash(7)?,
        hash: hash(8)?,
    };
    Ok((column(WHAT, row, 9)?, event))
}

//! The rows of requests and of what was said about them.

use komunala_app::{
    ports::{
        StoreError,
        service_requests::{Entry, NewEntry, ServiceRequest, Thread},
    },
    sealing::SealingKey,
};
use komunala_domain::{
    ExternalId,
    form::FilledField,
    ids::{AccountId, EntryId, ServiceRequestId},
    request::{Author, BillingProgress, RequestKind, RequestState},
};
use sea_orm::{QueryResult, prelude::Uuid};
use serde::{Deserialize, Serialize};

use super::{ENTRIES, TABLE, WHAT};
use crate::{
    columns::{Word, column, parsed, time, uuid},
    sealed,
};

/// The columns that [`request`] and [`thread`] read, first and in this order.
pub(super) const COLUMNS: &str =
    "id, provider, account_id, kind, state, billing, created_at, updated_at, assignee, sealed";
/// How many they are.
pub(super) const COUNT: usize = 10;

/// The column `sealed` of a request.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedRequest {
    /// Its heading.
    pub(super) subject: String,
    /// What the billing system is told.
    pub(super) letter: String,
    /// What the billing system calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) billing_id: Option<ExternalId>,
}

impl SealedRequest {
    pub(super) fn open(key: &SealingKey, id: Uuid, sealed: &str) -> Result<Self, StoreError> {
        sealed::open(key, TABLE, id, sealed)
    }

    pub(super) fn seal(&self, key: &SealingKey, id: Uuid) -> Result<String, StoreError> {
        sealed::seal(key, TABLE, id, self)
    }
}

/// The column `sealed` of something that was said.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedEntry {
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<(String, String)>,
    /// The operator who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
}

impl SealedEntry {
    pub(super) fn of_customer(entry: &NewEntry) -> Self {
        let fields = entry.fields.iter().map(|filled| (filled.field.clone(), filled.value.clone())).collect();
        Self { text: entry.text.clone(), fields, operator: None }
    }

    pub(super) fn of_staff(operator: &str, text: &str) -> Self {
        Self { text: text.to_owned(), fields: Vec::new(), operator: Some(operator.to_owned()) }
    }

    pub(super) fn of_billing(text: &str) -> Self {
        Self { text: text.to_owned(), fields: Vec::new(), operator: None }
    }

    pub(super) fn seal(&self, key: &SealingKey, id: EntryId) -> Result<String, StoreError> {
        sealed::seal(key, ENTRIES, id.uuid(), self)
    }
}

pub(super) fn request(row: &QueryResult) -> Result<ServiceRequest, StoreError> {
    let word = |index| column::<String>(WHAT, row, index);
    Ok(ServiceRequest {
        id: ServiceRequestId::from_uuid(uuid(WHAT, row, 0)?),
        provider: parsed(WHAT, &word(1)?)?,
        account: AccountId::from_uuid(uuid(WHAT, row, 2)?),
        kind: RequestKind::of(&word(3)?)?,
        state: RequestState::of(&word(4)?)?,
        billing: BillingProgress::of(&word(5)?)?,
        created_at: time(WHAT, column(WHAT, row, 6)?)?,
        updated_at: time(WHAT, column(WHAT, row, 7)?)?,
        assignee: column(WHAT, row, 8)?,
    })
}

/// A request and its heading, without what was said about it.
pub(super) fn thread(key: &SealingKey, row: &QueryResult) -> Result<Thread, StoreError> {
    let request = request(row)?;
    let sealed = SealedRequest::open(key, request.id.uuid(), &column::<String>(WHAT, row, 9)?)?;
    Ok(Thread { request, subject: sealed.subject, billing_id: sealed.billing_id, entries: Vec::new() })
}

/// Something that was said: its id, author, time and what is sealed.
pub(super) fn entry(key: &SealingKey, row: &QueryResult) -> Result<Entry, StoreError> {
    let id = uuid(WHAT, row, 0)?;
    let sealed: SealedEntry = sealed::open(key, ENTRIES, id, &column::<String>(WHAT, row, 3)?)?;
    Ok(Entry {
        id: EntryId::from_uuid(id),
        author: Author::of(&column::<String>(WHAT, row, 1)?)?,
        text: sealed.text,
        fields: sealed.fields.into_iter().map(|(field, value)| FilledField { field, value }).collect(),
        attachments: Vec::new(),
        at: time(WHAT, column(WHAT, row, 2)?)?,
    })
}

/// Something that was said, with the request that it is about, as it stands in an archive: the entry's id, author, time
/// and text, then the request's id, provider, kind, state and heading.
pub(crate) fn exported(key: &SealingKey, row: &QueryResult) -> Result<serde_json::Value, StoreError> {
    let said = entry(key, row)?;
    let word = |index| column::<String>(WHAT, row, index);
    let request = uuid(WHAT, row, 4)?;
    let fields: serde_json::Map<_, _> =
        said.fields.into_iter().map(|filled| (filled.field, filled.value.into())).collect();
    Ok(serde_json::json!({
        "entry": said.id, "author": said.author.word(), "create_time": said.at, "text": said.text, "fields": fields,
        "request": ServiceRequestId::from_uuid(request), "provider": word(5)?, "kind": word(6)?, "state": word(7)?,
        "subject": SealedRequest::open(key, request, &word(8)?)?.subject,
    }))
}

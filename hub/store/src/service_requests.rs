//! What customers ask of a provider's staff: a thread each, sealed under its customer's key.

mod billing;
mod desk;
mod row;
mod say;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        ServiceRequests, StoreError, WriteKey,
        accounts::AccountFilter,
        audit::Action,
        service_requests::{
            BillingAnswer, DeskFilter, DeskStep, NewEntry, NewRequest, Said, ServiceRequest, Stepped, Thread, Unsent,
        },
    },
    scope::{DeskScope, SystemScope, TenantScope, UserScope},
};
use komunala_domain::{
    ProviderId, TenantId,
    ids::{ServiceRequestId, UserId},
};
use sea_orm::{Value, prelude::Uuid};

use crate::{
    Store, attachments,
    columns::{column, uuid},
    database::{Failure, Rows, Tx},
};

pub(crate) use billing::refused;
pub(crate) use row::exported;

const TABLE: &str = "service_requests";
const ENTRIES: &str = "request_entries";
const WHAT: &str = "request";

#[async_trait]
impl ServiceRequests for Store {
    async fn make_request(&self, scope: &UserScope, new: &NewRequest) -> Result<Said, StoreError> {
        self.database.write(scope.tenant().tenant(), "store.make_request", |tx| say::first(tx, scope, new)).await
    }

    async fn requests(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        after: Option<ServiceRequestId>,
        limit: u32,
    ) -> Result<Vec<Thread>, StoreError> {
        let Some((condition, mut values)) = own(scope, filter) else { return Ok(Vec::new()) };
        let Some(key) = self.database.vault().key(scope.user().uuid()).await? else { return Ok(Vec::new()) };
        values.push(after.map_or(Uuid::max(), ServiceRequestId::uuid).into());
        values.push(i64::from(limit).into());
        let (before, most) = (values.len() - 1, values.len());
        let sql = format!(
            "SELECT {} FROM service_requests
             WHERE {condition} AND id < ${before} ORDER BY id DESC LIMIT ${most} + 0",
            row::COLUMNS
        );
        let rows = self.database.select(scope.tenant().tenant(), "store.requests", sql, values).await?;
        rows.iter().map(|row| row::thread(&key, row)).collect()
    }

    async fn request(&self, scope: &UserScope, id: ServiceRequestId) -> Result<Option<Thread>, StoreError> {
        let Some((condition, mut values)) = own(scope, &AccountFilter::All) else { return Ok(None) };
        values.push(id.uuid().into());
        let condition = format!("{condition} AND id = ${}", values.len());
        let found = self.whole(scope.tenant().tenant(), &condition, values).await?;
        Ok(found.map(|(thread, _)| thread))
    }

    async fn reply(
        &self,
        scope: &UserScope,
        id: ServiceRequestId,
        entry: &NewEntry,
        key: &WriteKey,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let work = |tx| say::more(tx, scope, id, entry, key, now);
        self.database.write(scope.tenant().tenant(), "store.reply", work).await
    }

    async fn unsent(&self, _: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Unsent>, StoreError> {
        self.database.write(Rows::All, "store.unsent_requests", |tx| billing::unsent(tx, limit, now)).await
    }

    async fn told_billing(
        &self,
        scope: &TenantScope,
        id: ServiceRequestId,
        answer: &BillingAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| billing::told(tx, scope.tenant(), id, answer, now);
        self.database.write(scope.tenant(), "store.told_billing", work).await
    }

    async fn desk_requests(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        filter: &DeskFilter,
        after: Option<ServiceRequestId>,
        limit: u32,
    ) -> Result<Vec<ServiceRequest>, StoreError> {
        let tenant = scope.tenant().tenant();
        let (sql, values) = desk::list(tenant, provider, filter, after, limit);
        let rows = self.database.select(tenant, "store.desk_requests", sql, values).await?;
        rows.iter().map(row::request).collect()
    }

    async fn desk_request(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: ServiceRequestId,
        now: Timestamp,
    ) -> Result<Option<Thread>, StoreError> {
        let tenant = scope.tenant().tenant();
        let found = self.whole(tenant, desk::ONE, desk::one(scope, provider, id)).await?;
        let Some((thread, owner)) = found else { return Ok(None) };
        // told before it is shown
        let work = |tx: Tx| async move { desk::note(&tx, scope, Action::RequestRead, owner, id, now).await };
        self.database.write(tenant, "store.desk_request", work).await?;
        Ok(Some(thread))
    }

    async fn desk_step(
        &self,
        scope: &DeskScope,
        provider: &ProviderId,
        id: ServiceRequestId,
        step: &DeskStep,
        now: Timestamp,
    ) -> Result<Stepped, StoreError> {
        let work = |tx| desk::step(tx, scope, provider, id, step, now);
        self.database.write(scope.tenant().tenant(), "store.desk_step", work).await
    }
}

/// The condition of a user's own requests that the portal shows, and its values; `None` where it shows none.
fn own(scope: &UserScope, filter: &AccountFilter) -> Option<(String, Vec<Value>)> {
    let portal = scope.portal();
    let (providers, account) = match filter {
        AccountFilter::All => (portal.providers(), None),
        AccountFilter::OfProvider(provider) => (std::slice::from_ref(provider), None),
        AccountFilter::One(provider, account) => (std::slice::from_ref(provider), Some(*account)),
    };
    let mut values: Vec<Value> = vec![scope.tenant().tenant().as_str().into(), scope.user().uuid().into()];
    let mut shown = Vec::with_capacity(providers.len());
    for provider in providers.iter().filter(|provider| portal.shows(provider)) {
        values.push(provider.as_str().into());
        shown.push(format!("${}", values.len()));
    }
    if shown.is_empty() {
        return None;
    }
    let mut condition = format!("tenant = $1 AND user_id = $2 AND provider IN ({})", shown.join(", "));
    if let Some(account) = account {
        values.push(account.uuid().into());
        condition.push_str(&format!(" AND account_id = ${}", values.len()));
    }
    Some((condition, values))
}

impl Store {
    /// A request with all that was said about it, and whose it is. Whoever was erased asked nothing.
    async fn whole(
        &self,
        tenant: &TenantId,
        condition: &str,
        values: Vec<Value>,
    ) -> Result<Option<(Thread, UserId)>, StoreError> {
        let sql = format!("SELECT {}, user_id FROM service_requests WHERE {condition}", row::COLUMNS);
        let found = self.database.select(tenant, "store.request", sql, values).await?;
        let Some(found) = found.first() else { return Ok(None) };
        let owner = UserId::from_uuid(uuid(WHAT, found, row::COUNT)?);
        let Some(key) = self.database.vault().key(owner.uuid()).await? else { return Ok(None) };
        let mut thread = row::thread(&key, found)?;
        let id = thread.request.id.uuid();
        let sql = "SELECT id, author, at, sealed FROM request_entries
                   WHERE tenant = $1 AND request_id = $2 ORDER BY at, id";
        let values = vec![tenant.as_str().into(), id.into()];
        for entry in &self.database.select(tenant, "store.request_entries", sql, values).await? {
            thread.entries.push(row::entry(&key, entry)?);
        }
        for (entry, attachment) in self.attachments_of(tenant, &key, id).await? {
            if let Some(entry) = thread.entries.iter_mut().find(|one| one.id.uuid() == entry) {
                entry.attachments.push(attachment);
            }
        }
        Ok(Some((thread, owner)))
    }
}

/// Leaves nothing of what a user asked, and of what was said to them.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<(), Failure> {
    attachments::forget(tx, tenant, user).await?;
    for sql in [
        "DELETE FROM request_entries WHERE tenant = $1 AND request_id IN
           (SELECT id FROM service_requests WHERE tenant = $1 AND user_id = $2)",
        "DELETE FROM service_requests WHERE tenant = $1 AND user_id = $2",
    ] {
        tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    }
    Ok(())
}

/// The state and the owner of a request, whose row is held; `None` where there is none such.
async fn hold(tx: &Tx, condition: &str, values: Vec<Value>) -> Result<Option<(String, UserId)>, Failure> {
    let sql = tx.locking(&format!("SELECT state, user_id FROM service_requests WHERE {condition} {{lock}}"));
    let Some(found) = tx.row(&sql, values).await? else { return Ok(None) };
    Ok(Some((column(WHAT, &found, 0)?, UserId::from_uuid(uuid(WHAT, &found, 1)?))))
}

//! PostgreSQL: the hub serves as roles that own nothing, and each statement sees the rows of one tenant.
//!
//! Reads have a small pool per tenant whose connections carry the tenant from their start on, so that a read is one
//! round trip instead of four. Tenants beyond the number of such pools read in a transaction of the shared pool, as
//! all writes do. Both ways the tenant reaches the server outside the statement that reads: `set_config` within it
//! would depend on the plan.

use std::{collections::HashMap, sync::Arc};

use komunala_domain::TenantId;
use komunala_migrations::{APP_ROLE, TENANT_SETTING, WORKER_ROLE};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, QueryResult, Statement,
    TransactionTrait,
};
use tokio::sync::RwLock;

use super::{Rows, check_schema, open, options};
use crate::{connect::ConnectError, settings::StoreSettings};

/// Nearly every statement finds a few rows by ids: a plan for its values would cost more than it saves. It is made when
/// the tables may be empty still and kept while a country moves in, so it goes by index whatever they hold at the moment.
/// A call has one processor, and nothing compiled for it: others call too.
const PLANS: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
];
/// Those of a statement about a page of many things are made for it. Nobody waits for one before a page is shown, so it has
/// its time: to count a million of them beside everything else takes seconds.
const OF_A_PAGE: &str = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = on;
                         SET LOCAL statement_timeout = '60s';";

/// The connections of one tenant's pool.
const PER_TENANT: u32 = 4;

pub(super) struct Postgres {
    /// Writes of all tenants, and reads of those without a pool.
    shared: DatabaseConnection,
    /// The hub's own workers.
    pub(super) workers: DatabaseConnection,
    /// Reads, by tenant; `None` once the store is closed.
    readers: RwLock<Option<HashMap<TenantId, DatabaseConnection>>>,
    /// How many tenants may have a pool.
    most_readers: usize,
    settings: Arc<StoreSettings>,
}

impl Postgres {
    pub(super) async fn connect(settings: &StoreSettings) -> Result<Self, ConnectError> {
        let login = open_as_owner(settings).await?;
        let schema = check_schema(&login).await;
        login.close().await.map_err(ConnectError::refused)?;
        schema?;
        let connections = settings.max_connections.max(4);
        let workers = (connections / 8).max(1);
        let shared = connections / 2;
        let most_readers = ((connections - shared - workers) / PER_TENANT) as usize;
        Ok(Self {
            shared: open(serving(settings, shared, APP_ROLE, None)).await?,
            workers: open(serving(settings, workers, WORKER_ROLE, None)).await?,
            readers: RwLock::new(Some(HashMap::new())),
            most_readers,
            settings: Arc::new(settings.clone()),
        })
    }

    pub(super) async fn query(&self, rows: &Rows, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let reader = match rows {
            Rows::All => Some(self.workers.clone()),
            Rows::Of(tenant) => self.reader(tenant).await?,
            Rows::PageOf(_) => None,
        };
        match reader {
            Some(reader) => reader.query_all_raw(statement).await,
            None => {
                let transaction = self.begin(rows).await?;
                let found = transaction.query_all_raw(statement).await?;
                transaction.commit().await?;
                Ok(found)
            }
        }
    }

    pub(super) async fn begin(&self, rows: &Rows) -> Result<DatabaseTransaction, DbErr> {
        let (tenant, plans) = match rows {
            Rows::All => return self.workers.begin().await,
            Rows::Of(tenant) => (tenant, ""),
            Rows::PageOf(tenant) => (tenant, OF_A_PAGE),
        };
        let transaction = self.shared.begin().await?;
        // a tenant's id is a short word of letters, digits and dashes: nothing in it needs escaping
        transaction.execute_unprepared(&format!("SET LOCAL {TENANT_SETTING} = '{tenant}';{plans}")).await?;
        Ok(transaction)
    }

    /// The tenant's own pool, made when it is first asked for; `None` when there are enough pools already.
    async fn reader(&self, tenant: &TenantId) -> Result<Option<DatabaseConnection>, DbErr> {
        if let Some(readers) = &*self.readers.read().await {
            if let Some(reader) = readers.get(tenant) {
                return Ok(Some(reader.clone()));
            }
            if readers.len() >= self.most_readers {
                return Ok(None);
            }
        }
        let mut readers = self.readers.write().await;
        let Some(readers) = &mut *readers else { return Ok(None) };
        if !readers.contains_key(tenant) && readers.len() < self.most_readers {
            let mut options = serving(&self.settings, PER_TENANT, APP_ROLE, Some(tenant));
            // nothing is connected to yet, so nobody waits for the lock
            options.connect_lazy(true);
            readers.insert(tenant.clone(), sea_orm::Database::connect(options).await?);
        }
        Ok(readers.get(tenant).cloned())
    }

    pub(super) async fn close(&self) {
        for reader in self.readers.write().await.take().unwrap_or_default().values() {
            let _ = reader.close_by_ref().await;
        }
        let _ = self.workers.close_by_ref().await;
        let _ = self.shared.close_by_ref().await;
    }
}

/// A connection as the login itself, for the migration and for looking at the schema.
pub(super) async fn open_as_owner(settings: &StoreSettings) -> Result<DatabaseConnection, ConnectError> {
    let mut options = options(settings);
    options.max_connections(1);
    open(options).await
}

/// The role and the tenant are options of the connection's start: `RESET` leads back to them, not to the login.
fn serving(
    settings: &StoreSettings,
    connections: u32,
    role: &'static str,
    tenant: Option<&TenantId>,
) -> ConnectOptions {
    let mut options = options(settings);
    let tenant = tenant.map(ToString::to_string);
    // whoever says nothing for as long as a statement may take stands still, or is gone without a word: what it has locked
    // is for others to take
    let silence = settings.statement_timeout.as_millis();
    options
        .max_connections(connections)
        .statement_timeout(settings.statement_timeout)
        .set_application_name("komunala")
        .map_sqlx_postgres_opts(move |options| {
            let options = options.options([("role", role)]).options(PLANS);
            let options = options.options([("idle_in_transaction_session_timeout", silence)]);
            match &tenant {
                Some(tenant) => options.options([(TENANT_SETTING, tenant)]),
                None => options,
            }
        });
    options
}

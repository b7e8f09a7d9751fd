//! One database for the ports, whichever it is: reads in one round trip, writes in one transaction.

mod failure;
mod lines;
mod postgres;
mod sqlite;
mod transaction;

use std::{future::Future, sync::Arc, time::Duration};

use komunala_app::ports::StoreError;
use komunala_domain::TenantId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryResult, QueryTrait,
    Select, Statement, Value,
};
use tracing::Instrument;

use crate::{
    connect::ConnectError,
    settings::{DatabaseUrl, StoreSettings},
    vault::Vault,
};
use failure::Retry;

pub(crate) use failure::{Failure, describe};
pub(crate) use lines::{CHUNK, Lines, of_tenant, places};
pub(crate) use transaction::Tx;

/// How often a unit of work is tried before its conflict is somebody else's problem.
const TRIES: u32 = 6;

/// The connections of one hub to its database; cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    engine: Arc<Engine>,
    vault: Vault,
}

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Whose rows a statement may see.
#[derive(Clone)]
pub(crate) enum Rows {
    /// Those of one tenant: a few, found by ids.
    Of(TenantId),
    /// The same, but a page of many, or as many as there are: PostgreSQL thinks anew each time about how to find them, and
    /// gives them more time.
    PageOf(TenantId),
    /// Those of every tenant: the hub's own workers.
    All,
}

impl Rows {
    /// A page of a tenant's, or all of them.
    pub(crate) fn page_of(tenant: &TenantId) -> Self {
        Self::PageOf(tenant.clone())
    }
}

impl From<&TenantId> for Rows {
    fn from(tenant: &TenantId) -> Self {
        Self::Of(tenant.clone())
    }
}

impl Database {
    /// Opens the pools; the schema must be the one this release was built for. What is wrong with the keys is said
    /// second.
    pub(crate) async fn connect(
        settings: &StoreSettings,
        vault: Result<Vault, ConnectError>,
    ) -> Result<Self, ConnectError> {
        let engine = match settings.database_url.scheme() {
            "sqlite" => Engine::Sqlite(sqlite::Sqlite::connect(settings).await?),
            "postgres" | "postgresql" => Engine::Postgres(postgres::Postgres::connect(settings).await?),
            _ => return Err(ConnectError::UnknownScheme),
        };
        Ok(Self { engine: Arc::new(engine), vault: vault? })
    }

    /// Brings the schema up to date.
    pub(crate) async fn migrate(settings: &StoreSettings) -> Result<(), ConnectError> {
        let owner = match settings.database_url.scheme() {
            "sqlite" => sqlite::open_writer(settings).await?,
            "postgres" | "postgresql" => postgres::open_as_owner(settings).await?,
            _ => return Err(ConnectError::UnknownScheme),
        };
        let migrated = komunala_migrations::up(&owner).await;
        owner.close().await.map_err(ConnectError::refused)?;
        migrated.map_err(ConnectError::refused)
    }

    /// Closes all connections, waiting for those in use.
    pub(crate) async fn close(&self) {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
        self.vault.close().await;
    }

    /// The keys that open what is sealed.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The rows that one statement finds.
    pub(crate) async fn select(
        &self,
        rows: impl Into<Rows>,
        operation: &'static str,
        sql: impl Into<String>,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        self.query(rows.into(), operation, statement).await
    }

    /// The rows of a table that a query finds.
    pub(crate) async fn find<E: EntityTrait>(
        &self,
        rows: impl Into<Rows>,
        operation: &'static str,
        select: Select<E>,
    ) -> Result<Vec<E::Model>, StoreError> {
        let found = self.query(rows.into(), operation, select.build(self.backend())).await?;
        let models: Result<Vec<_>, DbErr> = found.iter().map(|row| E::Model::from_query_result(row, "")).collect();
        models.map_err(|error| Failure::from(error).into_store_error(operation))
    }

    async fn query(
        &self,
        rows: Rows,
        operation: &'static str,
        statement: Statement,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let work = async {
            let mut tries = 0;
            loop {
                let found = match &*self.engine {
                    Engine::Sqlite(sqlite) => sqlite.readers.query_all_raw(statement.clone()).await,
                    Engine::Postgres(postgres) => postgres.query(&rows, statement.clone()).await,
                };
                tries += 1;
                match found {
                    // a read may be asked again whatever went wrong: a pool may hold several broken connections
                    Err(error) if tries < TRIES && Retry::of_read(&error) => pause(tries).await,
                    Err(error) => return Err(Failure::from(error).into_store_error(operation)),
                    Ok(found) => return Ok(found),
                }
            }
        };
        work.instrument(self.span(operation)).await
    }

    /// Does a unit of work in one transaction; it is done again when it conflicts with another one.
    pub(crate) async fn write<T, F, W>(
        &self,
        rows: impl Into<Rows>,
        operation: &'static str,
        work: F,
    ) -> Result<T, StoreError>
    where
        F: Fn(Tx) -> W + Send + Sync,
        W: Future<Output = Result<T, Failure>> + Send,
        T: Send,
    {
        let rows = rows.into();
        self.tried(operation, || self.attempt(&rows, &work)).await
    }

    /// The rows that one statement of the hub's own workers changes. It is a unit by itself: a transaction around it would
    /// take three more round trips.
    pub(crate) async fn change(
        &self,
        operation: &'static str,
        sql: String,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, StoreError> {
        let statement = &Statement::from_sql_and_values(self.backend(), sql, values);
        let change = || async move {
            Ok(match &*self.engine {
                Engine::Sqlite(sqlite) => sqlite.writer.query_all_raw(statement.clone()).await?,
                Engine::Postgres(postgres) => postgres.workers.query_all_raw(statement.clone()).await?,
            })
        };
        self.tried(operation, change).await
    }

    /// Does a unit of work, again when it conflicts with another one.
    async fn tried<T, W>(&self, operation: &'static str, work: impl Fn() -> W) -> Result<T, StoreError>
    where
        W: Future<Output = Result<T, Failure>>,
    {
        let tries = async {
            let mut tries = 0;
            loop {
                let done = work().await;
                tries += 1;
                match done {
                    Err(failure) if tries < TRIES && failure.is_conflict() => pause(tries).await,
                    Err(failure) => return Err(failure.into_store_error(operation)),
                    Ok(answer) => return Ok(answer),
                }
            }
        };
        tries.instrument(self.span(operation)).await
    }

    async fn attempt<T, F, W>(&self, rows: &Rows, work: &F) -> Result<T, Failure>
    where
        F: Fn(Tx) -> W + Send + Sync,
        W: Future<Output = Result<T, Failure>> + Send,
        T: Send,
    {
        let transaction = match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.begin().await?,
            Engine::Postgres(postgres) => postgres.begin(rows).await?,
        };
        let tx = Tx::new(transaction, self.vault.clone());
        match work(tx.clone()).await {
            Ok(answer) => {
                tx.finish().await?;
                Ok(answer)
            }
            Err(failure) => {
                // the failure is what counts; a transaction that cannot be rolled back goes with its connection
                let _ = tx.roll_back().await;
                Err(failure)
            }
        }
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }

    fn backend(&self) -> DbBackend {
        match &*self.engine {
            Engine::Sqlite(_) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    fn span(&self, operation: &'static str) -> tracing::Span {
        let system = match &*self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgresql",
        };
        tracing::info_span!(
            "store",
            otel.name = operation,
            otel.kind = "client",
            db.system.name = system,
            db.operation.name = operation
        )
    }
}

/// Longer with every try, and never the same for two who conflicted.
async fn pause(tries: u32) {
    let spread = u64::from(uuid::Uuid::now_v7().as_bytes()[15]);
    tokio::time::sleep(Duration::from_micros((1000 << tries) + spread * 20)).await;
}

/// Options that both databases share.
fn options(settings: &StoreSettings) -> sea_orm::ConnectOptions {
    let mut options = sea_orm::ConnectOptions::new(settings.database_url.expose());
    options
        .sqlx_logging(false)
        .acquire_timeout(settings.acquire_timeout)
        .connect_timeout(settings.acquire_timeout)
        // asking before each statement whether the connection is alive would double its price
        .test_before_acquire_if_idle_for(Duration::from_secs(30));
    options
}

/// Opens a pool, saying nothing of the address if that fails.
async fn open(options: sea_orm::ConnectOptions) -> Result<DatabaseConnection, ConnectError> {
    sea_orm::Database::connect(options).await.map_err(ConnectError::refused)
}

/// Refuses a schema that this release was not built for.
async fn check_schema(database: &DatabaseConnection) -> Result<(), ConnectError> {
    check(komunala_migrations::status(database).await.map_err(ConnectError::refused)?)
}

/// Refuses every schema but this release's.
pub(crate) fn check(schema: komunala_migrations::Schema) -> Result<(), ConnectError> {
    match schema {
        komunala_migrations::Schema::Current => Ok(()),
        komunala_migrations::Schema::Behind { missing } => Err(ConnectError::SchemaBehind { missing }),
        komunala_migrations::Schema::Ahead { unknown } => Err(ConnectError::SchemaAhead { unknown }),
    }
}

/// Refuses an SQLite database that several connections could not share.
pub(crate) fn refuse_memory(url: &DatabaseUrl) -> Result<(), ConnectError> {
    if url.expose().contains(":memory:") { Err(ConnectError::InMemory) } else { Ok(()) }
}

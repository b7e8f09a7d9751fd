//! The transaction that a unit of work happens in.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, Value};

use super::Failure;
use crate::vault::Vault;

/// A running transaction; clones are the same one.
#[derive(Clone)]
pub(crate) struct Tx {
    transaction: Arc<DatabaseTransaction>,
    undone: Arc<AtomicBool>,
    vault: Vault,
}

impl Tx {
    pub(super) fn new(transaction: DatabaseTransaction, vault: Vault) -> Self {
        Self { transaction: Arc::new(transaction), undone: Arc::new(AtomicBool::new(false)), vault }
    }

    /// The keys that open what is sealed. They are no part of the transaction.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The rows that a statement finds or changes.
    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
        let statement = Statement::from_sql_and_values(self.transaction.get_database_backend(), sql, values);
        self.transaction.query_all_raw(statement).await
    }

    /// The one row that a statement finds or changes.
    pub(crate) async fn row(&self, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// How many rows a statement changes.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        let statement = Statement::from_sql_and_values(self.transaction.get_database_backend(), sql, values);
        Ok(self.transaction.execute_raw(statement).await?.rows_affected())
    }

    /// What the entities' own queries run on.
    pub(crate) fn session(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// `sql`, with the clause that makes concurrent claims pass over each other's rows where the database knows it.
    /// SQLite has one writer, so that nobody can be in the way.
    pub(crate) fn skipping_locked(&self, sql: &str) -> String {
        self.in_place_of(sql, "FOR UPDATE SKIP LOCKED")
    }

    /// `sql`, with the clause that holds the rows found until the end of the transaction.
    pub(crate) fn locking(&self, sql: &str) -> String {
        self.in_place_of(sql, "FOR UPDATE")
    }

    /// The condition that a column's value is one of a list of texts, which `place` names: a parameter that
    /// [`texts`](crate::columns::texts) makes. A list has any length, and the statement is always the same.
    ///
    /// PostgreSQL gets an array: of an `IN` over a table that it has not yet counted it walks the whole list for each row.
    pub(crate) fn is_among(&self, column: &str, place: &str) -> String {
        let listed = self.listed(place);
        if self.is_postgres() { format!("{column} = ANY (ARRAY({listed}))") } else { format!("{column} IN ({listed})") }
    }

    /// The statement that answers one of such a list of texts a row.
    pub(crate) fn listed(&self, place: &str) -> String {
        match self.transaction.get_database_backend() {
            sea_orm::DbBackend::Postgres => format!("SELECT json_array_elements_text(CAST({place} AS json)) AS value"),
            _ => format!("SELECT value FROM json_each({place})"),
        }
    }

    /// Whether this is PostgreSQL, which takes many rows in another way.
    pub(crate) fn is_postgres(&self) -> bool {
        self.transaction.get_database_backend() == sea_orm::DbBackend::Postgres
    }

    fn in_place_of(&self, sql: &str, clause: &str) -> String {
        let clause = match self.transaction.get_database_backend() {
            sea_orm::DbBackend::Postgres => clause,
            _ => "",
        };
        sql.replace("{lock}", clause)
    }

    /// Nothing of this unit shall remain, although it is no failure.
    pub(crate) fn undo(&self) {
        self.undone.store(true, Ordering::Relaxed);
    }

    /// Commits, or rolls back what was [undone](Self::undo).
    pub(super) async fn finish(self) -> Result<(), Failure> {
        let undone = self.undone.load(Ordering::Relaxed);
        let transaction = self.into_transaction()?;
        if undone {
            transaction.rollback().await?
        } else {
            transaction.commit().await?
        }
        Ok(())
    }

    pub(super) async fn roll_back(self) -> Result<(), Failure> {
        Ok(self.into_transaction()?.rollback().await?)
    }

    fn into_transaction(self) -> Result<DatabaseTransaction, Failure> {
        Arc::try_unwrap(self.transaction)
            .map_err(|_| Failure::Database(DbErr::Custom("a unit of work outlived itself".to_owned())))
    }
}

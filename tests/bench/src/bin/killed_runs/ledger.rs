//! What the outbox says of each message, read beside the hubs.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement, prelude::Uuid};

/// The database, read as its owner.
pub(crate) struct Ledger(DatabaseConnection);

/// How a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    state: String,
    attempt: i32,
    queue_id: Option<String>,
}

/// Messages by their ids.
pub(crate) type Rows = BTreeMap<Uuid, Row>;

impl Ledger {
    pub(crate) async fn open(url: &str) -> anyhow::Result<Self> {
        Ok(Self(Database::connect(url).await?))
    }

    /// What a worker has in hand.
    pub(crate) async fn under_way(&self) -> anyhow::Result<Rows> {
        self.rows("state IN ('claimed', 'data_started')").await
    }

    /// What is over.
    pub(crate) async fn settled(&self) -> anyhow::Result<Rows> {
        self.rows("state IN ('accepted', 'failed')").await
    }

    /// How many of these stand as they did.
    pub(crate) async fn unmoved(&self, before: &Rows) -> anyhow::Result<usize> {
        let now = self.rows("TRUE").await?;
        Ok(before.iter().filter(|(id, row)| now.get(id) == Some(row)).count())
    }

    async fn rows(&self, which: &str) -> anyhow::Result<Rows> {
        let sql = format!("SELECT id, state, attempt, queue_id FROM messages WHERE {which}");
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        let rows = self.0.query_all_raw(statement).await?;
        let rows = rows.iter().map(|row| {
            let [state, attempt, queue_id] = [1, 2, 3];
            let message = Row {
                state: row.try_get_by_index(state)?,
                attempt: row.try_get_by_index(attempt)?,
                queue_id: row.try_get_by_index(queue_id)?,
            };
            Ok((row.try_get_by_index(0)?, message))
        });
        rows.collect()
    }
}

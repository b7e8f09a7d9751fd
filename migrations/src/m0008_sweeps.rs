//! Sweeping away what is over: the workers' right to, and the indexes that find it.

use sea_orm_migration::prelude::*;

use crate::row_security::{grant_to_workers, protect_for_workers};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            "CREATE INDEX sessions_over ON sessions (COALESCE(ended_at, expires_at))",
            "CREATE INDEX verifications_over ON verifications (COALESCE(closed_at, expires_at))",
            "CREATE INDEX messages_over ON messages (COALESCE(accepted_at, due_at))
             WHERE state IN ('accepted', 'failed')",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        protect_for_workers(manager, "sessions", "SELECT, DELETE").await?;
        protect_for_workers(manager, "verifications", "SELECT, DELETE").await?;
        grant_to_workers(manager, "messages", "DELETE").await
    }
}

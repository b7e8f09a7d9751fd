//! The outbox has channels: a worker takes what goes on its own.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Which queue comes next is asked by channel from now on; the index without it would only be written.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            "CREATE INDEX messages_of_channel ON messages (channel, queue, due_at, id) WHERE state = 'pending'",
            "DROP INDEX messages_queued",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

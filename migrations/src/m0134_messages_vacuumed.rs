//! A queue leaves its history behind: every message changes several times, and what it was stays in the indexes that
//! workers look through until PostgreSQL clears it away. By default that is when a fifth of the table has changed, so a
//! queue that sent a million messages would be slower than one that sent none.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite keeps no such history
        if manager.get_database_backend() == DbBackend::Postgres {
            let often = "ALTER TABLE messages
                         SET (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.01)";
            manager.get_connection().execute_unprepared(often).await?;
        }
        Ok(())
    }
}

//! Links that are older than a provider's cut-over.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `proved_at` is when a link's account was last proved, where that was not when the link was made.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "ALTER TABLE links ADD COLUMN proved_at bigint";
        manager.get_connection().execute_unprepared(column).await?;
        Ok(())
    }
}

//! Links that wait to be proved again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `suspended_at` is set while a link counts for nothing, because the account it was proved for has had another
    /// holder or PIN since, or was closed.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "ALTER TABLE links ADD COLUMN suspended_at bigint";
        manager.get_connection().execute_unprepared(column).await?;
        Ok(())
    }
}

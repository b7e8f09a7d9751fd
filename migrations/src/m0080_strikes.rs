//! Budgets of failed attempts that step up.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `strikes` is how many windows in a row were used up before this one.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "ALTER TABLE attempts ADD COLUMN strikes integer NOT NULL DEFAULT 0";
        manager.get_connection().execute_unprepared(column).await?;
        Ok(())
    }
}

//! What a consent must prove later.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Empty in the rows of earlier releases: they were all given, and nobody wrote down how a box was ticked.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["sha256 text", "granted boolean", "pre_ticked boolean"] {
            let statement = format!("ALTER TABLE consents ADD COLUMN {column}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

//! Whether a feed is still being followed, and whether it still leads anywhere.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `kept_at` is when a page was kept last, `failing_since` when the first one failed since then.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["kept_at", "failing_since"] {
            manager.alter_table(Table::alter().table("feeds").add_column(big_integer_null(column)).take()).await?;
        }
        Ok(())
    }
}

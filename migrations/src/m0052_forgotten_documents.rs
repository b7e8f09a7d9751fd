//! Documents that no invoice names any more.

use sea_orm_migration::{prelude::*, schema::text};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A row stands from the transaction that let go of a document until its bytes are gone, which is no part of it.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("forgotten_documents")
            .col(text("tenant"))
            .col(text("sha256"))
            .primary_key(Index::create().col("tenant").col("sha256"))
            .take();
        manager.create_table(table).await?;
        // a conflict is looked for with the right to read
        protect(manager, "forgotten_documents", "SELECT, INSERT", "SELECT, DELETE").await
    }
}

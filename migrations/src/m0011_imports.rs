//! Files that were taken in, their sealed rows, and what is on its way to billing systems by file.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, boolean, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        files(manager).await?;
        rows(manager).await?;
        deliveries(manager).await
    }
}

async fn files(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("import_files")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("external_id"))
        .col(text("fingerprint"))
        .col(text("content"))
        .col(big_integer("sequence"))
        .col(boolean("is_full"))
        .col(text("state"))
        .col(text_null("cursor"))
        .col(big_integer("row_count"))
        .col(big_integer("began_at"))
        .col(big_integer_null("done_at"))
        .col(boolean("is_swept"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    for index in [
        "CREATE INDEX import_files_name ON import_files (tenant, provider, external_id)",
        "CREATE INDEX import_files_sequence ON import_files (tenant, provider, content, sequence)",
    ] {
        database.execute_unprepared(index).await?;
    }
    protect(manager, "import_files", "SELECT, INSERT, UPDATE, DELETE", "SELECT, UPDATE").await
}

/// Rows are only added and, once their file does not count, removed: by file and position they lie in the order they
/// came, so that both are done at the end of an index and not all over it.
async fn rows(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("import_rows")
        .col(text("tenant"))
        .col(uuid("file_id"))
        .col(big_integer("position"))
        .col(uuid("lookup"))
        .col(blob("sealed"))
        .primary_key(Index::create().col("file_id").col("position"))
        .take();
    manager.create_table(table).await?;
    let index = "CREATE INDEX import_rows_lookup ON import_rows (lookup)";
    manager.get_connection().execute_unprepared(index).await?;
    protect(manager, "import_rows", "SELECT, INSERT", "SELECT, DELETE").await
}

/// `postal_queued` is what the billing system will be told by its next file and has not acknowledged; files above
/// `told_sequence` came after `postal_told` was acknowledged.
async fn deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    for column in ["postal_queued text", "told_sequence bigint"] {
        database.execute_unprepared(&format!("ALTER TABLE accounts ADD COLUMN {column}")).await?;
    }
    Ok(())
}

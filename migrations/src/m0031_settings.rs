//! The settings that operators applied, and the number of the last change.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, integer, text, text_null},
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        settings(manager).await?;
        revision(manager).await
    }
}

/// One text per provider (`kind` is `provider`), and per tenant for its portals (`portals`).
async fn settings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("settings")
        .col(text("kind"))
        .col(text("subject"))
        .col(text("content"))
        .col(text_null("previous_component"))
        .col(boolean("enabled"))
        .col(big_integer("revision"))
        .col(big_integer("applied_at"))
        .col(text("applied_by"))
        .primary_key(Index::create().col("kind").col("subject"))
        .take();
    manager.create_table(table).await?;
    reserve(manager, "settings", "SELECT, INSERT, UPDATE").await
}

/// One row, which every change counts up: replicas look at nothing else to see whether there was one, and of two changes
/// at once the second one finds that it is late.
async fn revision(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table =
        Table::create().table("settings_revision").col(integer("id").primary_key()).col(big_integer("revision")).take();
    manager.create_table(table).await?;
    let first = "INSERT INTO settings_revision (id, revision) VALUES (1, 0)";
    manager.get_connection().execute_unprepared(first).await?;
    reserve(manager, "settings_revision", "SELECT, UPDATE").await
}

//! Who may talk to a billing system that bears one conversation at a time.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, uuid},
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        lines(manager).await?;
        tickets(manager).await
    }
}

/// A line per provider. Whoever touches a line's tickets changes `last` first and so holds the row: numbers are given out
/// in the order in which they are committed.
async fn lines(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create().table("lines").col(text("provider").primary_key()).col(big_integer("last")).take();
    manager.create_table(table).await?;
    reserve(manager, "lines", "SELECT, INSERT, UPDATE").await
}

/// Who stands in a line: the lowest number whose lease has not ended has its turn.
async fn tickets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("tickets")
        .col(uuid("id").primary_key())
        .col(text("provider"))
        .col(big_integer("number"))
        .col(big_integer("expires_at"))
        .take();
    manager.create_table(table).await?;
    let index = "CREATE UNIQUE INDEX tickets_order ON tickets (provider, number)";
    manager.get_connection().execute_unprepared(index).await?;
    reserve(manager, "tickets", "SELECT, INSERT, UPDATE, DELETE").await
}

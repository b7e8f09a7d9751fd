//! The hub's copy of what billing systems say: ages, invoices, account cards.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, integer, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        copies(manager).await?;
        invoices(manager).await?;
        ledger(manager).await
    }
}

/// One row per account and kind of copy that is as old as `as_of`; none when it is stale or was never made.
async fn copies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("copies")
        .col(text("tenant"))
        .col(uuid("account_id"))
        .col(text("kind"))
        .col(big_integer("as_of"))
        .primary_key(Index::create().col("account_id").col("kind"))
        .foreign_key(ForeignKey::create().from("copies", "account_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "copies", "SELECT, INSERT, UPDATE, DELETE", "").await
}

/// `content` is the invoice and its id as JSON, `document` what is known of its document once it was fetched, as JSON
/// too: a page is joined out of them by the database. The other columns are what pages are found by.
async fn invoices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("invoices")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("account_id"))
        .col(text("external_id"))
        .col(date("issued"))
        .col(text("content"))
        .col(big_integer("as_of"))
        .col(text_null("document"))
        .foreign_key(ForeignKey::create().from("invoices", "account_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    database.execute_unprepared("CREATE UNIQUE INDEX invoices_external ON invoices (account_id, external_id)").await?;
    database.execute_unprepared("CREATE INDEX invoices_newest ON invoices (account_id, issued, id)").await?;
    protect(manager, "invoices", "SELECT, INSERT, UPDATE", "").await
}

/// The account card, from position 0 (the oldest row) on; `content` is the row as JSON.
async fn ledger(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("ledger_entries")
        .col(text("tenant"))
        .col(uuid("account_id"))
        .col(integer("position"))
        .col(text("content"))
        .primary_key(Index::create().col("account_id").col("position"))
        .foreign_key(ForeignKey::create().from("ledger_entries", "account_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "ledger_entries", "SELECT, INSERT, UPDATE, DELETE", "").await
}

//! Request ids, and budgets of failed attempts.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, integer, text, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        requests(manager).await?;
        attempts(manager).await
    }
}

async fn requests(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("requests")
        .col(text("tenant"))
        .col(text("method"))
        .col(uuid("request_id"))
        .col(blob("fingerprint"))
        .col(text("answer"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("tenant").col("method").col("request_id"))
        .take();
    manager.create_table(table).await?;
    manager.get_connection().execute_unprepared("CREATE INDEX requests_age ON requests (created_at)").await?;
    protect(manager, "requests", "SELECT, INSERT, UPDATE", "SELECT, DELETE").await
}

/// `subject` is a keyed hash: the row tells nothing of whose failures it counts.
async fn attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("attempts")
        .col(text("tenant"))
        .col(blob("subject"))
        .col(integer("failures"))
        .col(big_integer("window_ends"))
        .primary_key(Index::create().col("tenant").col("subject"))
        .take();
    manager.create_table(table).await?;
    manager.get_connection().execute_unprepared("CREATE INDEX attempts_age ON attempts (window_ends)").await?;
    protect(manager, "attempts", "SELECT, INSERT, UPDATE", "SELECT, DELETE").await
}

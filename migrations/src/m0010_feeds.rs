//! How far the feeds of changes have come, whose turn it is to follow them, and what was put aside.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text, text_null, uuid, uuid_null},
};

use crate::row_security::{APP_ROLE, protect};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        turns(manager).await?;
        feeds(manager).await?;
        versions(manager).await?;
        problems(manager).await?;
        reach(manager).await
    }
}

/// A turn is free from `until` on, which is also when the next one is due.
async fn turns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("feed_turns")
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("task"))
        .col(uuid_null("holder"))
        .col(big_integer("until"))
        .primary_key(Index::create().col("tenant").col("provider").col("task"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "feed_turns", "SELECT, INSERT, UPDATE", "").await
}

async fn feeds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("feeds")
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("kind"))
        .col(text_null("cursor"))
        .col(big_integer_null("caught_up_at"))
        .primary_key(Index::create().col("tenant").col("provider").col("kind"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "feeds", "SELECT, INSERT, UPDATE", "").await
}

/// The highest version seen of each thing of linked accounts, and what was removed. `version` is null where something
/// was removed that the hub had never seen.
async fn versions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("feed_versions")
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("kind"))
        .col(text("subject"))
        .col(big_integer_null("version"))
        .col(boolean("is_gone"))
        .col(big_integer("seen_at"))
        .primary_key(Index::create().col("subject").col("kind").col("provider").col("tenant"))
        .take();
    manager.create_table(table).await?;
    let index = "CREATE INDEX feed_versions_removed ON feed_versions (seen_at) WHERE version IS NULL";
    manager.get_connection().execute_unprepared(index).await?;
    protect(manager, "feed_versions", "SELECT, INSERT, UPDATE", "SELECT, DELETE").await
}

async fn problems(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("problems")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("source"))
        .col(text("subject"))
        .col(text("field"))
        .col(text("detail"))
        .col(big_integer("first_seen"))
        .col(big_integer("last_seen"))
        .col(big_integer("count"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    for index in [
        "CREATE UNIQUE INDEX problems_same ON problems (tenant, provider, source, subject, field)",
        "CREATE INDEX problems_latest ON problems (tenant, provider, last_seen)",
    ] {
        database.execute_unprepared(index).await?;
    }
    protect(manager, "problems", "SELECT, INSERT, UPDATE, DELETE", "SELECT, DELETE").await
}

/// Feeds name things by the billing system's keys alone, and what was removed there is removed here.
async fn reach(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    for statement in [
        "ALTER TABLE accounts ADD COLUMN touched_at bigint",
        "ALTER TABLE accounts ADD COLUMN asked_at bigint",
        "CREATE INDEX accounts_touched ON accounts (tenant, provider, touched_at) WHERE touched_at IS NOT NULL",
        "CREATE INDEX invoices_by_key ON invoices (external_id)",
        "CREATE INDEX supply_points_by_key ON supply_points (external_id)",
    ] {
        database.execute_unprepared(statement).await?;
    }
    if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
        database.execute_unprepared(&format!("GRANT DELETE ON invoices TO {APP_ROLE}")).await?;
    }
    Ok(())
}

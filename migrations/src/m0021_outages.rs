//! The hub's copy of what networks announce.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        feeds(manager).await?;
        outages(manager).await?;
        points(manager).await
    }
}

/// How far each provider's announcements were read; `as_of` is when their end was last reached.
async fn feeds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outage_feeds")
        .col(text("tenant"))
        .col(text("provider"))
        .col(text_null("cursor"))
        .col(big_integer_null("as_of"))
        .primary_key(Index::create().col("tenant").col("provider"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "outage_feeds", "SELECT, INSERT, UPDATE, DELETE", "").await
}

/// The newest revision of each outage; `content` is the rest of it as JSON, without its supply points.
async fn outages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outages")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("external_id"))
        .col(big_integer("revision"))
        .col(big_integer("start_at"))
        .col(text("content"))
        .col(big_integer("as_of"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    database
        .execute_unprepared("CREATE UNIQUE INDEX outages_external ON outages (tenant, provider, external_id)")
        .await?;
    protect(manager, "outages", "SELECT, INSERT, UPDATE, DELETE", "").await
}

/// The printed numbers of the supply points that an outage concerns, which is what outages are found by.
async fn points(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outage_points")
        .col(uuid("outage_id"))
        .col(text("point_number"))
        .col(text("tenant"))
        .primary_key(Index::create().col("outage_id").col("point_number"))
        .foreign_key(ForeignKey::create().from("outage_points", "outage_id").to("outages", "id"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    database.execute_unprepared("CREATE INDEX outage_points_number ON outage_points (point_number, outage_id)").await?;
    protect(manager, "outage_points", "SELECT, INSERT, DELETE", "").await
}

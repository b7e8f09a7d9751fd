//! What users were told, and what they want to be told.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        inboxes(manager).await?;
        notifications(manager).await?;
        preferences(manager).await
    }
}

/// How far each user's notifications are counted, and how far they were seen. The row is held by whoever adds one, so
/// that numbers appear in their order.
async fn inboxes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("inboxes")
        .col(uuid("user_id").primary_key())
        .col(text("tenant"))
        .col(big_integer("last_number"))
        .col(big_integer("read_number"))
        .foreign_key(ForeignKey::create().from("inboxes", "user_id").to("users", "id"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "inboxes", "SELECT, INSERT, UPDATE, DELETE", "SELECT").await
}

/// `subject` is that of the message, which makes it one piece of news; `about` is the id of what it is about.
async fn notifications(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("notifications")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("user_id"))
        .col(big_integer("number"))
        .col(text("kind"))
        .col(text("subject"))
        .col(text("provider"))
        .col(text_null("about"))
        .col(big_integer("created_at"))
        .foreign_key(ForeignKey::create().from("notifications", "user_id").to("users", "id"))
        .take();
    manager.create_table(table).await?;
    for index in [
        "CREATE UNIQUE INDEX notifications_number ON notifications (user_id, number)",
        "CREATE UNIQUE INDEX notifications_once ON notifications (user_id, kind, subject)",
        "CREATE INDEX notifications_age ON notifications (created_at)",
    ] {
        manager.get_connection().execute_unprepared(index).await?;
    }
    protect(manager, "notifications", "SELECT, INSERT, DELETE", "SELECT, DELETE").await
}

/// What a user wants, sealed under their key; no row for whoever never said.
async fn preferences(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("preferences")
        .col(uuid("user_id").primary_key())
        .col(text("tenant"))
        .col(text("sealed"))
        .foreign_key(ForeignKey::create().from("preferences", "user_id").to("users", "id"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "preferences", "SELECT, INSERT, UPDATE, DELETE", "").await
}

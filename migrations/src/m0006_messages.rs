//! The outbox.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `recipient` is the only personal data; `attempt` and `state` fence every step.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("messages")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(text("provider"))
            .col(text("purpose"))
            .col(text("subject"))
            .col(text("recipient"))
            .col(text("channel"))
            .col(text("language"))
            .col(text("content"))
            .col(text("state"))
            .col(integer("attempt"))
            .col(big_integer("created_at"))
            .col(big_integer("due_at"))
            .col(big_integer_null("expires_at"))
            .col(big_integer_null("lease_until"))
            .col(big_integer_null("accepted_at"))
            .col(text_null("queue_id"))
            .col(text_null("reason"))
            .take();
        manager.create_table(table).await?;
        let database = manager.get_connection();
        for index in [
            "CREATE UNIQUE INDEX messages_once ON messages (tenant, purpose, subject, recipient, channel)",
            "CREATE INDEX messages_due ON messages (due_at, id) WHERE state = 'pending'",
            "CREATE INDEX messages_leased ON messages (lease_until) WHERE lease_until IS NOT NULL",
        ] {
            database.execute_unprepared(index).await?;
        }
        protect(manager, "messages", "SELECT, INSERT", "SELECT, UPDATE").await
    }
}

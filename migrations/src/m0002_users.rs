//! Portal users, what they agreed to, the confirmations of their addresses and their sessions.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, boolean, integer, text, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        users(manager).await?;
        consents(manager).await?;
        verifications(manager).await?;
        sessions(manager).await
    }
}

/// `email` and `person` are all the personal data there is about a user.
async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("users")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("email"))
        .col(text("person"))
        .col(text("language"))
        .col(text("password_hash"))
        .col(big_integer_null("verified_at"))
        .col(big_integer("created_at"))
        .take();
    manager.create_table(table).await?;
    manager.get_connection().execute_unprepared("CREATE UNIQUE INDEX users_email ON users (tenant, email)").await?;
    protect(manager, "users", "SELECT, INSERT, UPDATE", "").await
}

/// Append-only: on PostgreSQL the hub has no right to change or delete a row.
async fn consents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("consents")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("user_id"))
        .col(uuid("link_id"))
        .col(text("provider"))
        .col(text("document"))
        .col(text("version"))
        .col(text("language"))
        .col(text("mechanism"))
        .col(big_integer("given_at"))
        .take();
    manager.create_table(table).await?;
    manager.get_connection().execute_unprepared("CREATE INDEX consents_user ON consents (user_id)").await?;
    protect(manager, "consents", "SELECT, INSERT", "").await
}

/// At most one confirmation of a user is open.
async fn verifications(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("verifications")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("user_id"))
        .col(integer("tries"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("closed_at"))
        .foreign_key(ForeignKey::create().from("verifications", "user_id").to("users", "id"))
        .take();
    manager.create_table(table).await?;
    let index = "CREATE UNIQUE INDEX verifications_open ON verifications (user_id) WHERE closed_at IS NULL";
    manager.get_connection().execute_unprepared(index).await?;
    protect(manager, "verifications", "SELECT, INSERT, UPDATE", "").await
}

/// `token_hash` is the SHA-256 of the one refresh token that is good now.
async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sessions")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("user_id"))
        .col(blob("token_hash"))
        .col(boolean("remember"))
        .col(big_integer("created_at"))
        .col(big_integer("used_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("ended_at"))
        .foreign_key(ForeignKey::create().from("sessions", "user_id").to("users", "id"))
        .take();
    manager.create_table(table).await?;
    manager.get_connection().execute_unprepared("CREATE INDEX sessions_user ON sessions (user_id)").await?;
    protect(manager, "sessions", "SELECT, INSERT, UPDATE", "").await
}

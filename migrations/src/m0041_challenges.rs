//! Codes and links that are yet to be given back, for a new password or a new address.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, integer, text, text_null, uuid, uuid_null},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `subject` is a keyed hash of whom it is for; `user_id` stays empty where that is nobody, so that nobody is
    /// answered like somebody. `address` is the new address, which is personal data.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("challenges")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(text("purpose"))
            .col(blob("subject"))
            .col(uuid_null("user_id"))
            .col(text_null("address"))
            .col(integer("tries"))
            .col(big_integer("created_at"))
            .col(big_integer("expires_at"))
            .col(big_integer_null("closed_at"))
            .foreign_key(ForeignKey::create().from("challenges", "user_id").to("users", "id"))
            .take();
        manager.create_table(table).await?;
        for index in [
            "CREATE UNIQUE INDEX challenges_open ON challenges (tenant, purpose, subject) WHERE closed_at IS NULL",
            "CREATE INDEX challenges_subject ON challenges (tenant, purpose, subject, created_at)",
            "CREATE INDEX challenges_user ON challenges (user_id) WHERE closed_at IS NULL",
            "CREATE INDEX challenges_over ON challenges (COALESCE(closed_at, expires_at))",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        protect(manager, "challenges", "SELECT, INSERT, UPDATE", "SELECT, DELETE").await
    }
}

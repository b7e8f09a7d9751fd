//! Texts from phones, and whose phone it is.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `gateway_id` is what the gateway calls a text, `sender_lookup` a keyed hash of the number; `sealed` is the text and
    /// its number under a key of its own, and empty once it was read. A user's `phone_lookup` is the same hash of theirs.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("incoming_texts")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(text("provider"))
            .col(text("gateway_id"))
            .col(text("sender_lookup"))
            .col(text("sealed"))
            .col(text("state"))
            .col(integer("tries"))
            .col(big_integer("due_at"))
            .col(big_integer("received_at"))
            .take();
        manager.create_table(table).await?;
        manager.alter_table(Table::alter().table("users").add_column(text_null("phone_lookup")).take()).await?;
        for index in [
            "CREATE UNIQUE INDEX incoming_texts_once ON incoming_texts (tenant, provider, gateway_id)",
            "CREATE INDEX incoming_texts_due ON incoming_texts (due_at, id) WHERE state = 'due'",
            "CREATE INDEX incoming_texts_of_sender ON incoming_texts (tenant, sender_lookup, received_at)",
            "CREATE INDEX incoming_texts_old ON incoming_texts (received_at)",
            "CREATE INDEX users_by_phone ON users (tenant, phone_lookup) WHERE phone_lookup IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        protect(manager, "incoming_texts", "SELECT, INSERT, UPDATE", "SELECT, UPDATE, DELETE").await
    }
}

//! Keys of portals that operators made.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid},
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `digest` is the SHA-256 of the key, in hexadecimal. Every replica holds all of them in memory, so no call reads
    /// here: they are reserved for workers, as everything is that operators change.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("portal_keys")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(text("portal"))
            .col(text("digest").unique_key())
            .col(big_integer("created_at"))
            .col(text("created_by"))
            .col(big_integer_null("not_after"))
            .col(big_integer_null("revoked_at"))
            .col(text_null("revoked_by"))
            .col(big_integer_null("last_used_at"))
            .take();
        manager.create_table(table).await?;
        reserve(manager, "portal_keys", "SELECT, INSERT, UPDATE, DELETE").await
    }
}

//! Documents and photos that customers handed in; their bytes lie among the documents.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, uuid, uuid_null},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `object` is the digest of the sealed bytes, where they lie; the digest of what was handed in would tell whoever has
    /// the same file, so it stands in `sealed`, with its name. No request names an attachment until `entry_id` is set.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("attachments")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(uuid("user_id"))
            .col(uuid_null("request_id"))
            .col(uuid_null("entry_id"))
            .col(text("kind"))
            .col(big_integer("size"))
            .col(text("object"))
            .col(big_integer("created_at"))
            .col(text("sealed"))
            .foreign_key(ForeignKey::create().from("attachments", "user_id").to("users", "id"))
            .foreign_key(ForeignKey::create().from("attachments", "request_id").to("service_requests", "id"))
            .foreign_key(ForeignKey::create().from("attachments", "entry_id").to("request_entries", "id"))
            .take();
        manager.create_table(table).await?;
        for index in [
            "CREATE INDEX attachments_user ON attachments (tenant, user_id, id)",
            "CREATE INDEX attachments_request ON attachments (request_id) WHERE request_id IS NOT NULL",
            "CREATE UNIQUE INDEX attachments_object ON attachments (tenant, object)",
            "CREATE INDEX attachments_unused ON attachments (created_at) WHERE request_id IS NULL",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        protect(manager, "attachments", "SELECT, INSERT, UPDATE, DELETE", "SELECT, DELETE").await
    }
}

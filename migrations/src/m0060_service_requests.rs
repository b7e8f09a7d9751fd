//! What customers ask of a provider's staff, and what was said about it.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `sealed` is under the key of `user_id`, what staff and billing systems say included: it is about that person. A
    /// request is due for its billing system at `ask_at`.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let requests = Table::create()
            .table("service_requests")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(text("provider"))
            .col(uuid("account_id"))
            .col(uuid("user_id"))
            .col(text("kind"))
            .col(text("state"))
            .col(text("billing"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .col(text_null("assignee"))
            .col(integer("tries"))
            .col(big_integer_null("ask_at"))
            .col(text("sealed"))
            .foreign_key(ForeignKey::create().from("service_requests", "account_id").to("accounts", "id"))
            .foreign_key(ForeignKey::create().from("service_requests", "user_id").to("users", "id"))
            .take();
        manager.create_table(requests).await?;
        let entries = Table::create()
            .table("request_entries")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(uuid("request_id"))
            .col(text("author"))
            .col(big_integer("at"))
            .col(text("sealed"))
            .foreign_key(ForeignKey::create().from("request_entries", "request_id").to("service_requests", "id"))
            .take();
        manager.create_table(entries).await?;
        for index in [
            "CREATE INDEX service_requests_user ON service_requests (tenant, user_id, id)",
            "CREATE INDEX service_requests_desk ON service_requests (tenant, provider, state, id)",
            "CREATE INDEX service_requests_due ON service_requests (ask_at) WHERE ask_at IS NOT NULL",
            "CREATE INDEX request_entries_request ON request_entries (request_id, id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        let app = "SELECT, INSERT, UPDATE, DELETE";
        protect(manager, "service_requests", app, "SELECT, UPDATE").await?;
        protect(manager, "request_entries", app, "").await
    }
}

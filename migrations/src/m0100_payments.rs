//! Payments that are made through the hub, and what was learned of each.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `content` is what is paid, `progress` what is known of its way; `ask_at` is set while a payment is to be looked after,
    /// `busy_until` while somebody does, under `attempt`. Events are only ever added, each once.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let payments = Table::create()
            .table("payments")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(text("provider"))
            .col(uuid("account_id"))
            .col(uuid("invoice_id"))
            .col(uuid("link_id"))
            .col(text("channel"))
            .col(text("state"))
            .col(big_integer("started_at"))
            .col(big_integer("updated_at"))
            .col(integer("attempt"))
            .col(integer("tries"))
            .col(big_integer_null("ask_at"))
            .col(big_integer_null("busy_until"))
            .col(text("content"))
            .col(text("progress"))
            .foreign_key(ForeignKey::create().from("payments", "account_id").to("accounts", "id"))
            .foreign_key(ForeignKey::create().from("payments", "link_id").to("links", "id"))
            .take();
        manager.create_table(payments).await?;
        let events = Table::create()
            .table("payment_events")
            .col(uuid("payment_id"))
            .col(text("tenant"))
            .col(text("event"))
            .col(text("detail"))
            .col(big_integer("at"))
            .primary_key(Index::create().col("payment_id").col("event").col("detail"))
            .foreign_key(ForeignKey::create().from("payment_events", "payment_id").to("payments", "id"))
            .take();
        manager.create_table(events).await?;
        for index in [
            "CREATE INDEX payments_bill ON payments (tenant, invoice_id, id)",
            "CREATE INDEX payments_account ON payments (tenant, account_id, id)",
            "CREATE INDEX payments_link ON payments (link_id)",
            "CREATE INDEX payments_due ON payments (ask_at) WHERE ask_at IS NOT NULL",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        protect(manager, "payments", "SELECT, INSERT, UPDATE", "SELECT, UPDATE").await?;
        protect(manager, "payment_events", "SELECT, INSERT", "").await
    }
}

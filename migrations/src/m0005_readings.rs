//! Meter readings: those the billing system knows and those on their way to it.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, date, integer, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// One reading per meter, day and source. `ask_at` is set while the billing system has yet to tell the fate of a
    /// submitted one.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("readings")
            .col(uuid("id").primary_key())
            .col(text("tenant"))
            .col(uuid("account_id"))
            .col(uuid("meter_id"))
            .col(date("date"))
            .col(text("source"))
            .col(text("content"))
            .col(text("state"))
            .col(text_null("reason"))
            .col(big_integer("as_of"))
            .col(integer("tries"))
            .col(big_integer_null("ask_at"))
            .foreign_key(ForeignKey::create().from("readings", "account_id").to("accounts", "id"))
            .foreign_key(ForeignKey::create().from("readings", "meter_id").to("meters", "id"))
            .take();
        manager.create_table(table).await?;
        let database = manager.get_connection();
        for index in [
            "CREATE UNIQUE INDEX readings_day ON readings (meter_id, date, source)",
            "CREATE INDEX readings_newest ON readings (meter_id, date, id)",
            "CREATE INDEX readings_unsettled ON readings (ask_at) WHERE ask_at IS NOT NULL",
        ] {
            database.execute_unprepared(index).await?;
        }
        protect(manager, "readings", "SELECT, INSERT, UPDATE, DELETE", "SELECT, UPDATE").await
    }
}

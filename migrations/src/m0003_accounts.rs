//! Customer accounts of providers, their supply points and meters, and who linked them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        accounts(manager).await?;
        points_and_meters(manager).await?;
        links(manager).await
    }
}

/// `copy` is what the billing system said of the account, as JSON, at `copied_at`. `telling_due` is set while the
/// billing system is yet to be told `postal_wanted`.
async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("accounts")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("external_id"))
        .col(text_null("copy"))
        .col(big_integer_null("copied_at"))
        .col(text_null("balances"))
        .col(text("postal_wanted"))
        .col(text_null("postal_told"))
        .col(big_integer_null("told_at"))
        .col(big_integer_null("telling_due"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    database
        .execute_unprepared("CREATE UNIQUE INDEX accounts_external ON accounts (external_id, provider, tenant)")
        .await?;
    database
        .execute_unprepared("CREATE INDEX accounts_untold ON accounts (telling_due) WHERE telling_due IS NOT NULL")
        .await?;
    protect(manager, "accounts", "SELECT, INSERT, UPDATE", "SELECT, UPDATE").await
}

/// What keeps the ids of supply points and meters the same from one copy to the next.
async fn points_and_meters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let points = Table::create()
        .table("supply_points")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("account_id"))
        .col(text("external_id"))
        .foreign_key(ForeignKey::create().from("supply_points", "account_id").to("accounts", "id"))
        .take();
    let meters = Table::create()
        .table("meters")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("point_id"))
        .col(text("serial_number"))
        .foreign_key(ForeignKey::create().from("meters", "point_id").to("supply_points", "id"))
        .take();
    manager.create_table(points).await?;
    manager.create_table(meters).await?;
    let database = manager.get_connection();
    database
        .execute_unprepared("CREATE UNIQUE INDEX supply_points_external ON supply_points (account_id, external_id)")
        .await?;
    database.execute_unprepared("CREATE UNIQUE INDEX meters_serial ON meters (point_id, serial_number)").await?;
    protect(manager, "supply_points", "SELECT, INSERT", "").await?;
    protect(manager, "meters", "SELECT, INSERT", "").await
}

/// A link counts from `since` (the confirmation of the user's address) until `ended_at`.
async fn links(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("links")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("user_id"))
        .col(uuid("account_id"))
        .col(text("delivery"))
        .col(big_integer("created_at"))
        .col(big_integer_null("since"))
        .col(big_integer_null("ended_at"))
        .foreign_key(ForeignKey::create().from("links", "user_id").to("users", "id"))
        .foreign_key(ForeignKey::create().from("links", "account_id").to("accounts", "id"))
        .take();
    manager.create_table(table).await?;
    let database = manager.get_connection();
    database
        .execute_unprepared("CREATE UNIQUE INDEX links_user ON links (user_id, account_id) WHERE ended_at IS NULL")
        .await?;
    database.execute_unprepared("CREATE INDEX links_account ON links (account_id) WHERE ended_at IS NULL").await?;
    protect(manager, "links", "SELECT, INSERT, UPDATE", "").await
}

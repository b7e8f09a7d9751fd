//! Outages of two sources, and what is to be told of them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, integer, text, text_null, uuid},
    sea_orm::DbBackend,
};

use crate::row_security::{APP_ROLE, protect};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sources(manager).await?;
        notices(manager).await
    }
}

/// `source` is who says so: the network's system (`feed`) or its operator here (`operator`). `gone_in` is the revision that
/// left a supply point out: whoever was told of it before is told that it is not concerned any more.
async fn sources(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let source = text("source").default("feed").take();
    manager.alter_table(Table::alter().table("outages").add_column(source).take()).await?;
    let gone = big_integer_null("gone_in");
    manager.alter_table(Table::alter().table("outage_points").add_column(gone).take()).await?;
    let listed = "CREATE INDEX outages_listed ON outages (tenant, provider, start_at, id)";
    manager.get_connection().execute_unprepared(listed).await?;
    grant_update(manager).await
}

async fn grant_update(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let grant = format!("GRANT UPDATE ON outage_points TO {APP_ROLE}");
    manager.get_connection().execute_unprepared(&grant).await.map(|_| ())
}

/// A revision that is to be told, or a reminder of it, and how far that has got: `after_channel` and `after_address` are
/// the last recipient, `told` how many there were. `attempt` fences the steps of whoever holds it until `lease_until`;
/// `done_at` is when nothing was left to do, `superseded` whether a later revision saw to that.
async fn notices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outage_notices")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("provider"))
        .col(uuid("outage_id"))
        .col(big_integer("revision"))
        .col(text("kind"))
        .col(big_integer("due_at"))
        .col(big_integer("until_at"))
        .col(integer("attempt").default(0))
        .col(big_integer_null("lease_until"))
        .col(text_null("after_channel"))
        .col(text_null("after_address"))
        .col(big_integer("told").default(0))
        .col(big_integer_null("done_at"))
        .col(boolean("superseded").default(false))
        .foreign_key(ForeignKey::create().from("outage_notices", "outage_id").to("outages", "id"))
        .take();
    manager.create_table(table).await?;
    for index in [
        "CREATE UNIQUE INDEX outage_notices_once ON outage_notices (outage_id, revision, kind)",
        "CREATE INDEX outage_notices_due ON outage_notices (due_at) WHERE done_at IS NULL",
    ] {
        manager.get_connection().execute_unprepared(index).await?;
    }
    protect(manager, "outage_notices", "SELECT, INSERT, UPDATE, DELETE", "SELECT, UPDATE").await
}

//! Runs of bills.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::row_security::{grant_to_workers, protect};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        months(manager).await?;
        runs(manager).await?;
        bills(manager).await?;
        mails(manager).await?;
        owners(manager).await?;
        // what a cancelled run takes back
        grant_to_workers(manager, "messages", "DELETE").await
    }
}

/// `period` is the month that an invoice bills. It is empty where there is none, and where an earlier release wrote the row:
/// there the month stands in `content` alone.
async fn months(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("invoices").add_column(text_null("period")).take()).await?;
    let database = manager.get_connection();
    let force = |how: &str| format!("ALTER TABLE invoices {how} ROW LEVEL SECURITY");
    let month = match manager.get_database_backend() {
        DbBackend::Postgres => "CAST(content AS json) #>> '{invoice,period}'",
        _ => "json_extract(content, '$.invoice.period')",
    };
    if manager.get_database_backend() == DbBackend::Postgres {
        // the owner sees no row of a table whose security is forced
        database.execute_unprepared(&force("NO FORCE")).await?;
    }
    database.execute_unprepared(&format!("UPDATE invoices SET period = {month}")).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        database.execute_unprepared(&force("FORCE")).await?;
    }
    for index in [
        "CREATE INDEX invoices_month ON invoices (account_id, period)",
        "CREATE INDEX accounts_walk ON accounts (tenant, provider, id)",
    ] {
        database.execute_unprepared(index).await?;
    }
    Ok(())
}

/// A row per provider and month. `state` is what an operator wants of it, or that it was begun; whether it is complete follows
/// from the rest. It has come up to the account `place` of its walk, which was at its end at `walked_at`; what that left, `awaited`, is looked
/// for at `look_at`. `holder` has it until `held_until`. Its mails stand in the queue `queue`.
async fn runs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("bill_runs")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("period"))
        .col(text("queue"))
        .col(text("state"))
        .col(big_integer("opened_at"))
        .col(uuid_null("place"))
        .col(big_integer_null("walked_at"))
        .col(big_integer("awaited").default(0))
        .col(big_integer_null("look_at"))
        .col(uuid_null("holder"))
        .col(big_integer("held_until").default(0))
        .take();
    manager.create_table(table).await?;
    let once = "CREATE UNIQUE INDEX bill_runs_once ON bill_runs (tenant, provider, period)";
    manager.get_connection().execute_unprepared(once).await?;
    protect(manager, "bill_runs", "SELECT, INSERT, UPDATE", "SELECT, UPDATE").await
}

/// A row per bill of a run, as it was taken up last: `gist` is what it asked for, `way` how it goes, `adapter` the digest of
/// the component that it came through.
async fn bills(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("bill_run_bills")
        .col(uuid("run_id"))
        .col(text("tenant"))
        .col(uuid("account_id"))
        .col(text("bill"))
        .col(uuid("invoice_id"))
        .col(text("number"))
        .col(integer("revision"))
        .col(text("gist"))
        .col(text("way"))
        .col(text_null("adapter"))
        .col(big_integer("taken_at"))
        .primary_key(Index::create().col("run_id").col("account_id").col("bill"))
        .foreign_key(ForeignKey::create().from("bill_run_bills", "run_id").to("bill_runs", "id"))
        .take();
    manager.create_table(table).await?;
    let ways = "CREATE INDEX bill_run_bills_way ON bill_run_bills (run_id, way)";
    manager.get_connection().execute_unprepared(ways).await?;
    protect(manager, "bill_run_bills", "SELECT, INSERT, UPDATE", "SELECT, DELETE").await
}

/// A row per mail of a run: a revision of a bill to a recipient. `id` is that of the message; `ended` is its last state, once the message is
/// swept away.
async fn mails(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("bill_run_items")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid("run_id"))
        .col(uuid("account_id"))
        .col(text("bill"))
        .col(integer("revision"))
        .col(uuid("user_id"))
        .col(text_null("adapter"))
        .col(text_null("ended"))
        .foreign_key(ForeignKey::create().from("bill_run_items", "run_id").to("bill_runs", "id"))
        .take();
    manager.create_table(table).await?;
    let once =
        "CREATE UNIQUE INDEX bill_run_items_once ON bill_run_items (run_id, account_id, bill, revision, user_id)";
    manager.get_connection().execute_unprepared(once).await?;
    protect(manager, "bill_run_items", "SELECT, INSERT", "SELECT, UPDATE, DELETE").await
}

/// The account that a document was fetched for first.
async fn owners(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("document_owners")
        .col(text("tenant"))
        .col(text("sha256"))
        .col(uuid("account_id"))
        .primary_key(Index::create().col("tenant").col("sha256"))
        .take();
    manager.create_table(table).await?;
    protect(manager, "document_owners", "SELECT, INSERT, DELETE", "").await
}

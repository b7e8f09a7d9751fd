//! Mail in turns, and mail that comes back.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, integer, text, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        messages(manager).await?;
        links(manager).await?;
        suppressions(manager).await
    }
}

/// `queue` is whose turn a message waits for, `PRIORITY:PROVIDER`; `put_off` counts the attempts that tried nothing and
/// `returned` how often it came back; `again_at` is when an unknown one is sent again by itself. The index on when
/// messages are due goes by queue from now on.
async fn messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let queue = text("queue").default("1:").take();
    for column in [
        queue,
        integer("put_off").default(0).take(),
        integer("returned").default(0).take(),
        big_integer_null("again_at").take(),
    ] {
        manager.alter_table(Table::alter().table("messages").add_column(column).take()).await?;
    }
    let database = manager.get_connection();
    let force = |how: &str| format!("ALTER TABLE messages {how} ROW LEVEL SECURITY");
    if manager.get_database_backend() == DbBackend::Postgres {
        // the owner sees no row of a table whose security is forced
        database.execute_unprepared(&force("NO FORCE")).await?;
    }
    database.execute_unprepared("UPDATE messages SET queue = '1:' || provider").await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        database.execute_unprepared(&force("FORCE")).await?;
    }
    for index in [
        "CREATE INDEX messages_queued ON messages (queue, due_at, id) WHERE state = 'pending'",
        "CREATE INDEX messages_stuck ON messages (tenant, provider, state, id) WHERE state IN ('failed', 'unknown')",
        "CREATE INDEX messages_again ON messages (again_at) WHERE again_at IS NOT NULL",
        "DROP INDEX messages_due",
    ] {
        database.execute_unprepared(index).await?;
    }
    Ok(())
}

/// `paper_because` is why bills go by post again that nobody chose to get so.
async fn links(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("links").add_column(text_null("paper_because")).take()).await
}

/// Addresses that mail came back from, one row each: `since` is when no more was sent there, and NULL while it is only
/// counted. `sealed` is the address, under the key of its owner.
async fn suppressions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("suppressions")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(text("recipient_lookup"))
        .col(uuid_null("owner_id"))
        .col(text("sealed"))
        .col(text("provider"))
        .col(text("status"))
        .col(boolean("hard"))
        .col(integer("returned"))
        .col(big_integer("returned_at"))
        .col(big_integer_null("since"))
        .take();
    manager.create_table(table).await?;
    let once = "CREATE UNIQUE INDEX suppressions_once ON suppressions (tenant, recipient_lookup)";
    manager.get_connection().execute_unprepared(once).await?;
    protect(manager, "suppressions", "SELECT, INSERT, UPDATE, DELETE", "SELECT").await
}

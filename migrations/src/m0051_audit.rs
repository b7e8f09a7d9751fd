//! The audit log.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, text, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Append-only: on PostgreSQL nobody who serves has the right to change or delete a row, on SQLite the table refuses.
    /// A chain is called as its tenant, that of the hub itself `*`. A link hashes the one before it, and no two can have
    /// the same place.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("audit_events")
            .col(text("tenant"))
            .col(big_integer("sequence"))
            .col(uuid("id"))
            .col(big_integer("at"))
            .col(text("actor"))
            .col(text("action"))
            .col(uuid_null("subject"))
            .col(text("target"))
            .col(text("sealed"))
            .col(blob("previous"))
            .col(blob("hash"))
            .primary_key(Index::create().col("tenant").col("sequence"))
            .take();
        manager.create_table(table).await?;
        let database = manager.get_connection();
        let index = "CREATE INDEX audit_events_subject ON audit_events (tenant, subject, sequence)
                     WHERE subject IS NOT NULL";
        database.execute_unprepared(index).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            for (name, what) in [("changed", "UPDATE"), ("removed", "DELETE")] {
                let trigger = format!(
                    "CREATE TRIGGER audit_events_never_{name} BEFORE {what} ON audit_events
                     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
                );
                database.execute_unprepared(&trigger).await?;
            }
        }
        protect(manager, "audit_events", "SELECT, INSERT", "SELECT, INSERT").await
    }
}

//! The wrapped keys, and which store this is.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, text, text_null, uuid},
    sea_orm::prelude::Uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        subject_keys(manager).await?;
        identity(manager).await
    }
}

/// A key of a subject, sealed by the master key of that name. Of somebody who was erased only the row is left:
/// `erased_at` is set, and there is no key. `erasing_at` is set from before an erasure begins until it is done.
async fn subject_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("subject_keys")
        .col(uuid("subject").primary_key())
        .col(text("tenant"))
        .col(text_null("master"))
        .col(blob_null("wrapped"))
        .col(big_integer("made_at"))
        .col(big_integer_null("erasing_at"))
        .col(big_integer_null("erased_at"))
        .take();
    manager.create_table(table).await?;
    for index in [
        "CREATE INDEX subject_keys_master ON subject_keys (master, subject) WHERE master IS NOT NULL",
        "CREATE INDEX subject_keys_erasing ON subject_keys (erasing_at) WHERE erasing_at IS NOT NULL",
        "CREATE INDEX subject_keys_erased ON subject_keys (subject) WHERE erased_at IS NOT NULL",
    ] {
        manager.get_connection().execute_unprepared(index).await?;
    }
    Ok(())
}

/// One row, made here: a database that was filled with one key store is never served with another.
async fn identity(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create().table("identity").col(uuid("id").primary_key()).take();
    manager.create_table(table).await?;
    let insert = Query::insert().into_table("identity").columns(["id"]).values_panic([Uuid::new_v4().into()]).take();
    manager.get_connection().execute(&insert).await.map(|_| ())
}

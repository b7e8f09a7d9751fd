//! The delivery epoch: by it a database knows whether it is the one that sent last.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer},
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// One row. `number` is what the document store says too, `next` what it is about to say, `moved_at` when that began.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("delivery_epoch")
            .col(integer("one").primary_key())
            .col(big_integer("number"))
            .col(big_integer_null("next"))
            .col(big_integer("moved_at"))
            .take();
        manager.create_table(table).await?;
        reserve(manager, "delivery_epoch", "SELECT, INSERT, UPDATE").await
    }
}

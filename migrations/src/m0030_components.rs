//! The components that operators installed. Their bytes lie in the document store, under the same digest.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob_null, text},
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("components")
            .col(text("digest").primary_key())
            .col(text("name"))
            .col(text("version"))
            .col(text("contract"))
            .col(text("description"))
            .col(text("manifest"))
            .col(big_integer("size"))
            .col(blob_null("signature"))
            .col(big_integer("installed_at"))
            .col(text("installed_by"))
            .take();
        manager.create_table(table).await?;
        reserve(manager, "components", "SELECT, INSERT, UPDATE").await
    }
}

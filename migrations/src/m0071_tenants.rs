//! What operators call tenants, and providers that they disabled.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, text},
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("tenants")
            .col(text("id").primary_key())
            .col(text("display_name"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .col(text("updated_by"))
            .take();
        manager.create_table(table).await?;
        reserve(manager, "tenants", "SELECT, INSERT, UPDATE").await?;
        // a release that does not know it goes on to show every provider
        let shown = Table::alter().table("settings").add_column(boolean("shown").default(true)).take();
        manager.alter_table(shown).await
    }
}

//! Documents of invoices in further forms.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// What is known of an invoice's documents beside the PDF, which stands in the invoice's own row.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("invoice_documents")
            .col(uuid("invoice_id"))
            .col(text("media_type"))
            .col(text("tenant"))
            .col(text("sha256"))
            .col(big_integer("size"))
            .primary_key(Index::create().col("invoice_id").col("media_type"))
            .foreign_key(ForeignKey::create().from("invoice_documents", "invoice_id").to("invoices", "id"))
            .take();
        manager.create_table(table).await?;
        protect(manager, "invoice_documents", "SELECT, INSERT, UPDATE, DELETE", "").await
    }
}

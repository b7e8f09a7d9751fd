//! Which document each bill was answered with: what a billing system mixes up is nobody's until it answers rightly.

use sea_orm_migration::{
    prelude::*,
    schema::{text, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A row per bill and media type: the digest of the last answer. Before, a document was for good the account's that it
    /// was first fetched for, and so another's bill could keep its own customer from it.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("bill_documents")
            .col(uuid("invoice_id"))
            .col(text("media_type"))
            .col(text("tenant"))
            .col(uuid("account_id"))
            .col(text("sha256"))
            .primary_key(Index::create().col("invoice_id").col("media_type"))
            .foreign_key(
                ForeignKey::create()
                    .from("bill_documents", "invoice_id")
                    .to("invoices", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .take();
        manager.create_table(table).await?;
        let digests = "CREATE INDEX bill_documents_digest ON bill_documents (tenant, sha256)";
        manager.get_connection().execute_unprepared(digests).await?;
        protect(manager, "bill_documents", "SELECT, INSERT, UPDATE, DELETE", "").await?;
        manager.drop_table(Table::drop().table("document_owners").take()).await
    }
}

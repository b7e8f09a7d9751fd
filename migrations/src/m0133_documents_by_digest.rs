//! Documents are found by their digest first: of a tenant there may be millions, of a digest there is one.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        database.execute_unprepared("DROP INDEX bill_documents_digest").await?;
        database.execute_unprepared("CREATE INDEX bill_documents_digest ON bill_documents (sha256, tenant)").await?;
        Ok(())
    }
}

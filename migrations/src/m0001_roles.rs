//! The database roles that the hub serves as.

use sea_orm_migration::prelude::*;

use crate::row_security;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        row_security::create_roles(manager).await
    }
}

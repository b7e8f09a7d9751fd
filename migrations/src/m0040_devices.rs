//! What a session's holder sees of it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `device` is how the portal described where somebody signed in; personal data, gone with the session.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "ALTER TABLE sessions ADD COLUMN device text";
        manager.get_connection().execute_unprepared(column).await.map(|_| ())
    }
}

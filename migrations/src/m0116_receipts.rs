//! What gateways report of short messages.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, small_integer_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `receipt` is how far a text has come: 1 on its way, 2 given up, 3 on the handset; it only ever grows.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [small_integer_null("receipt").take(), big_integer_null("receipt_at").take()] {
            manager.alter_table(Table::alter().table("messages").add_column(column).take()).await?;
        }
        let by_reference = "CREATE INDEX messages_of_gateway ON messages (tenant, provider, queue_id)
                            WHERE channel = 'sms' AND queue_id IS NOT NULL";
        manager.get_connection().execute_unprepared(by_reference).await.map(|_| ())
    }
}

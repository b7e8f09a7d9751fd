//! The hub's copy of measured values.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, text, uuid},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// One row per supply point, selection and local day: all series of the day as one JSON text, none of them where
    /// nothing has arrived. A year of quarter-hours is 365 rows, not 35,000.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("interval_days")
            .col(uuid("point_id"))
            .col(text("measure"))
            .col(text("direction"))
            .col(date("day"))
            .col(text("tenant"))
            .col(text("content"))
            .col(big_integer("as_of"))
            .primary_key(Index::create().col("point_id").col("measure").col("direction").col("day"))
            .foreign_key(ForeignKey::create().from("interval_days", "point_id").to("supply_points", "id"))
            .take();
        manager.create_table(table).await?;
        protect(manager, "interval_days", "SELECT, INSERT, UPDATE, DELETE", "").await
    }
}

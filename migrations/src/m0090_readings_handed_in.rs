//! Readings that came in through the hub: when, whom they are to be confirmed to, and the photos that show them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// `handed_in_at` is empty where the billing system told of a reading that the hub never had in hand. `tell_user` is
    /// whoever is yet to be told what became of it. A photo goes with its reading: where another reading of the day takes
    /// its place, and the row another id, the photo is the new one's.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let photo = "ALTER TABLE attachments ADD COLUMN reading_id uuid
                     REFERENCES readings (id) ON UPDATE CASCADE ON DELETE CASCADE";
        for statement in [
            "ALTER TABLE readings ADD COLUMN handed_in_at bigint",
            "ALTER TABLE readings ADD COLUMN tell_user uuid",
            photo,
            "CREATE INDEX readings_handed_in ON readings (tenant, id) WHERE handed_in_at IS NOT NULL",
            "CREATE INDEX readings_tell ON readings (tell_user) WHERE tell_user IS NOT NULL",
            "CREATE INDEX attachments_reading ON attachments (reading_id) WHERE reading_id IS NOT NULL",
            "CREATE INDEX meters_by_serial ON meters (tenant, serial_number)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

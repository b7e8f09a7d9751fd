//! Who wants to be told of what happens at a supply point.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null, uuid, uuid_null},
};

use crate::row_security::protect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        subscribers(manager).await?;
        subscriptions(manager).await?;
        wanted(manager).await
    }
}

/// Addresses and phones that notices go to: a user's, or that of somebody without a portal account, who is a subject with
/// a key of their own. `address_lookup` is a keyed hash; `sealed` is the address, under the key of `user_id`, or of the row
/// itself. `language` is what somebody without an account is written in.
async fn subscribers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("subscribers")
        .col(uuid("id").primary_key())
        .col(text("tenant"))
        .col(uuid_null("user_id"))
        .col(text("channel"))
        .col(text("address_lookup"))
        .col(text("language"))
        .col(text("sealed"))
        .col(big_integer("created_at"))
        .foreign_key(ForeignKey::create().from("subscribers", "user_id").to("users", "id"))
        .take();
    manager.create_table(table).await?;
    for index in [
        "CREATE UNIQUE INDEX subscribers_strangers ON subscribers (tenant, channel, address_lookup) WHERE user_id IS NULL",
        "CREATE UNIQUE INDEX subscribers_users ON subscribers (tenant, user_id, channel, address_lookup)
         WHERE user_id IS NOT NULL",
        "CREATE INDEX subscribers_address ON subscribers (tenant, channel, address_lookup)",
    ] {
        manager.get_connection().execute_unprepared(index).await?;
    }
    protect(manager, "subscribers", "SELECT, INSERT, UPDATE, DELETE", "").await
}

/// What each of them wants to be told of. The rows of one user for one supply point, one for each address, have the same
/// `id`. `way` is how they showed that they want it.
async fn subscriptions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("subscriptions")
        .col(uuid("id"))
        .col(uuid("subscriber_id"))
        .col(text("tenant"))
        .col(text("provider"))
        .col(text("topic"))
        .col(text("point_number"))
        .col(text("way"))
        .col(big_integer("since"))
        .primary_key(Index::create().col("id").col("subscriber_id"))
        .foreign_key(ForeignKey::create().from("subscriptions", "subscriber_id").to("subscribers", "id"))
        .take();
    manager.create_table(table).await?;
    for index in [
        "CREATE UNIQUE INDEX subscriptions_once ON subscriptions (subscriber_id, provider, topic, point_number)",
        "CREATE INDEX subscriptions_point ON subscriptions (tenant, provider, topic, point_number)",
    ] {
        manager.get_connection().execute_unprepared(index).await?;
    }
    protect(manager, "subscriptions", "SELECT, INSERT, UPDATE, DELETE", "").await
}

/// What whoever answers a challenge is then told of, as JSON: numbers of supply points, which say nothing of anybody.
async fn wanted(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("challenges").add_column(text_null("wanted")).take()).await
}

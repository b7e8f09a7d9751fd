//! Personal data, sealed under a key of its person that lies in the key store.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, integer, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::row_security::reserve;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        refuse_people_in_clear(manager).await?;
        users(manager).await?;
        messages(manager).await?;
        sessions_and_challenges(manager).await?;
        key_store(manager).await
    }
}

/// No step can seal what stands in clear, since steps know no keys; and no release ever wrote that.
async fn refuse_people_in_clear(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    for table in ["users", "messages"] {
        // the owner sees no row of a table whose security is forced
        let force = |how: &str| format!("ALTER TABLE {table} {how} ROW LEVEL SECURITY");
        if manager.get_database_backend() == DbBackend::Postgres {
            database.execute_unprepared(&force("NO FORCE")).await?;
        }
        let any = Query::select().expr(Expr::value(1)).from(table).limit(1).take();
        if database.query_one(&any).await?.is_some() {
            let why =
                "people stand in the database in clear, from before personal data was sealed: begin with a new one";
            return Err(DbErr::Custom(why.to_owned()));
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            database.execute_unprepared(&force("FORCE")).await?;
        }
    }
    Ok(())
}

/// `email_lookup` is a keyed hash, or the id of somebody who was erased; `sealed` is all the personal data there is about
/// a user, and empty once the user was erased.
async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    database.execute_unprepared("ALTER TABLE users RENAME COLUMN email TO email_lookup").await?;
    database.execute_unprepared("ALTER TABLE users RENAME COLUMN person TO sealed").await?;
    manager.alter_table(Table::alter().table("users").add_column(big_integer_null("erased_at")).take()).await
}

/// `owner_id` is whose key seals a message: its addressee's, or the message's own where that key goes. `recipient_lookup`
/// is a keyed hash, `sealed` the address and what the message says.
async fn messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    database.execute_unprepared("ALTER TABLE messages RENAME COLUMN recipient TO recipient_lookup").await?;
    database.execute_unprepared("ALTER TABLE messages RENAME COLUMN content TO sealed").await?;
    manager.alter_table(Table::alter().table("messages").add_column(uuid_null("owner_id")).take()).await
}

/// Both are sealed under the user's key: the device of a session, and the address that a challenge is to confirm.
async fn sessions_and_challenges(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    database.execute_unprepared("ALTER TABLE sessions RENAME COLUMN device TO sealed").await?;
    database.execute_unprepared("ALTER TABLE challenges RENAME COLUMN address TO sealed").await.map(|_| ())
}

/// Which key store belongs to this database: one row.
async fn key_store(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create().table("key_store").col(integer("one").primary_key()).col(uuid("id")).take();
    manager.create_table(table).await?;
    reserve(manager, "key_store", "SELECT, INSERT").await
}

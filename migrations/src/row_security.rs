//! Row-level security: what stands behind the hub's own tenant predicates on PostgreSQL.
//!
//! Two roles without a login serve the hub, and neither owns anything:
//! - [`APP_ROLE`] sees the rows of the one tenant that the transaction names in [`TENANT_SETTING`], and none when it
//!   names none;
//! - [`WORKER_ROLE`] sees the rows of every tenant, but only of the tables that background work needs.
//!
//! `FORCE` holds the tables' owner to the policies too: a hub that is started with the owner's login by mistake sees
//! nothing rather than everything. Superusers are the exception that PostgreSQL makes.

use sea_orm_migration::{
    SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

/// The role that calls run as.
pub const APP_ROLE: &str = "komunala_app";

/// The role that background workers run as.
pub const WORKER_ROLE: &str = "komunala_worker";

/// The setting that names the tenant, local to a transaction or fixed for a connection.
pub const TENANT_SETTING: &str = "app.tenant";

/// Creates the roles, which belong to the cluster rather than to the database, and lets them see the schema.
pub(crate) async fn create_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let database = manager.get_connection();
    for role in [APP_ROLE, WORKER_ROLE] {
        // another database of the same cluster may be migrated at this very moment, under a lock of its own
        database
            .execute_unprepared(&format!(
                "DO $$ BEGIN
                   IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                     CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
                   END IF;
                 EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                 END $$"
            ))
            .await?;
        // whoever migrates may also serve, by taking the role on; a login of its own needs the same grant
        database
            .execute_unprepared(&format!(
                "DO $$ BEGIN
                   IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
                     EXECUTE format('GRANT {role} TO %I', current_user);
                   END IF;
                 END $$"
            ))
            .await?;
        database.execute_unprepared(&format!("GRANT USAGE ON SCHEMA public TO {role}")).await?;
        database.execute_unprepared(&format!("GRANT SELECT ON seaql_migrations TO {role}")).await?;
    }
    Ok(())
}

/// Puts a table behind row-level security. `app` and `worker` are the privileges that each role gets, such as
/// `SELECT, INSERT`; empty for none.
pub(crate) async fn protect(manager: &SchemaManager<'_>, table: &str, app: &str, worker: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let own_rows = format!("tenant = current_setting('{TENANT_SETTING}', true)");
    for statement in [
        format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
        format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
        format!("GRANT {app} ON {table} TO {APP_ROLE}"),
        format!("CREATE POLICY tenant ON {table} TO {APP_ROLE} USING ({own_rows}) WITH CHECK ({own_rows})"),
    ] {
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    match worker {
        "" => Ok(()),
        privileges => protect_for_workers(manager, table, privileges).await,
    }
}

/// Lets the workers into a protected table that they had no business with before.
pub(crate) async fn protect_for_workers(
    manager: &SchemaManager<'_>,
    table: &str,
    privileges: &str,
) -> Result<(), DbErr> {
    grant_to_workers(manager, table, privileges).await?;
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let policy = format!("CREATE POLICY worker ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true)");
    manager.get_connection().execute_unprepared(&policy).await.map(|_| ())
}

/// Gives the workers more privileges on a table that they are let into.
pub(crate) async fn grant_to_workers(manager: &SchemaManager<'_>, table: &str, privileges: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let grant = format!("GRANT {privileges} ON {table} TO {WORKER_ROLE}");
    manager.get_connection().execute_unprepared(&grant).await.map(|_| ())
}

/// Keeps a table that belongs to no tenant from everybody but the hub's own workers, who get `privileges` on it.
pub(crate) async fn reserve(manager: &SchemaManager<'_>, table: &str, privileges: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for statement in [
        format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
        format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
        format!("GRANT {privileges} ON {table} TO {WORKER_ROLE}"),
        format!("CREATE POLICY worker ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true)"),
    ] {
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    Ok(())
}

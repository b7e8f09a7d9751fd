//! Databases of a server: empty ones, and copies of one that was prepared once.

use std::{
    collections::HashMap,
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};
use tokio::sync::Mutex;

use crate::{PostgresError, cluster::Cluster};

/// Names the server to test with.
const SERVER: &str = "KOMUNALA_TEST_DATABASE_URL";

/// What every database of the tests is called at the beginning.
const PREFIX: &str = "komunala_test";

/// The address of an empty database that nobody else uses.
pub async fn empty_database() -> Result<String, PostgresError> {
    create(&name(), None).await
}

/// The same of a server that does not lose what it has committed, for who measures.
pub async fn durable_database() -> Result<String, PostgresError> {
    if std::env::var_os(SERVER).is_some() {
        return empty_database().await;
    }
    let (cluster, name) = (Cluster::durable()?, name());
    create_by(admin_of(cluster).await?, &name, None).await?;
    Ok(cluster.url(&name))
}

/// The address of a database that nobody else uses, as `prepare` left the one it was given.
///
/// `prepare` runs once per process and `kind`; what it opens it must close.
pub async fn database<F, P, E>(kind: &'static str, prepare: F) -> Result<String, PostgresError>
where
    F: FnOnce(String) -> P,
    P: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    static TEMPLATES: Mutex<Option<HashMap<&'static str, String>>> = Mutex::const_new(None);
    let mut templates = TEMPLATES.lock().await;
    let templates = templates.get_or_insert_with(HashMap::new);
    if !templates.contains_key(kind) {
        let template = name();
        prepare(create(&template, None).await?).await.map_err(|error| PostgresError::Refused {
            what: format!("prepare a database of the kind {kind}"),
            source: DbErr::Custom(error.to_string()),
        })?;
        templates.insert(kind, template);
    }
    create(&name(), templates.get(kind).map(String::as_str)).await
}

/// The address of a copy of a database, which nobody may have open meanwhile.
pub async fn copy_of(url: &str) -> Result<String, PostgresError> {
    let address = url.split_once('?').map_or(url, |(address, _)| address);
    create(&name(), Some(address.rsplit('/').next().unwrap_or_default())).await
}

/// Every row of every table of a database, as text: what a dump of it would tell.
pub async fn dump(url: &str) -> Result<String, PostgresError> {
    let database = Database::connect(options(url)).await.map_err(refused("be read"))?;
    let rows = async |sql: &str| {
        let found = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await?;
        found.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, DbErr>>()
    };
    let dumped = async {
        let mut text = String::new();
        for table in rows("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'").await? {
            text += &rows(&format!("SELECT t::text FROM \"{table}\" t")).await?.join("\n");
        }
        Ok(text)
    };
    let dumped = dumped.await;
    let closed = database.close().await;
    dumped.and_then(|text| closed.map(|()| text)).map_err(refused("tell its rows"))
}

/// The process's id in a name tells whose database it is, so that those of dead processes can be swept.
fn name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{PREFIX}_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

async fn create(name: &str, template: Option<&str>) -> Result<String, PostgresError> {
    create_by(admin().await?, name, template).await?;
    match std::env::var(SERVER) {
        Ok(server) => Ok(beside(&server, name)),
        Err(_) => Ok(Cluster::of_this_process()?.url(name)),
    }
}

async fn create_by(admin: DatabaseConnection, name: &str, template: Option<&str>) -> Result<(), PostgresError> {
    let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    let created = admin.execute_unprepared(&format!("CREATE DATABASE {name}{template}")).await;
    let closed = admin.close().await;
    created.map(|_| ()).and(closed).map_err(refused(&format!("create the database {name}")))
}

/// The same server, another database.
fn beside(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(address, query)| (address, Some(query)));
    let authority = address.find("://").map_or(0, |scheme| scheme + 3);
    let host = address[authority..].find('/').map_or(address, |slash| &address[..authority + slash]);
    match query {
        Some(query) => format!("{host}/{name}?{query}"),
        None => format!("{host}/{name}"),
    }
}

async fn admin() -> Result<DatabaseConnection, PostgresError> {
    let Ok(server) = std::env::var(SERVER) else { return admin_of(Cluster::of_this_process()?).await };
    let admin = Database::connect(options(&server)).await.map_err(refused("be reached where the setting says"))?;
    static SWEPT: Mutex<bool> = Mutex::const_new(false);
    let mut swept = SWEPT.lock().await;
    if !*swept {
        sweep(&admin).await.map_err(refused("drop the databases of earlier tests"))?;
        *swept = true;
    }
    Ok(admin)
}

async fn admin_of(cluster: &Cluster) -> Result<DatabaseConnection, PostgresError> {
    let url = cluster.url("postgres");
    // it is ready within a fraction of a second, unless the machine is very busy
    for _ in 0..600 {
        match Database::connect(options(&url)).await {
            Ok(admin) => return Ok(admin),
            Err(_) if cluster.has_failed() => break,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    Err(cluster.does_not_start())
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options
}

/// Drops what processes left behind that are no more.
async fn sweep(admin: &DatabaseConnection) -> Result<(), DbErr> {
    let sql = format!("SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}\\_%'");
    let left = admin.query_all_raw(Statement::from_string(admin.get_database_backend(), sql)).await?;
    for row in left {
        let name: String = row.try_get_by_index(0)?;
        let process = name.split('_').nth(2).and_then(|id| id.parse::<u32>().ok());
        let alive = process.is_some_and(|id| std::path::Path::new(&format!("/proc/{id}")).exists());
        if !alive && std::path::Path::new("/proc/self").exists() {
            // one that is in use belongs to a process of another machine
            let _ = admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await;
        }
    }
    Ok(())
}

fn refused(what: &str) -> impl FnOnce(DbErr) -> PostgresError {
    let what = what.to_owned();
    move |source| PostgresError::Refused { what, source }
}

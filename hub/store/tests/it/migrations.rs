//! The schema, and who may open a store with it.

use komunala_app::{ports::Outbox, scope::testing};
use komunala_store::{ConnectError, Store, StoreSettings};
use sea_orm::{ConnectionTrait, Database};

use crate::place::{Place, key_settings, sqlite_url};

/// Two replicas start on a database that nobody has migrated.
async fn two_migrators(url: String, files: &tempfile::TempDir) {
    let settings = StoreSettings::new(url, files.path(), key_settings(files));
    assert!(
        matches!(Store::connect(&settings).await, Err(ConnectError::SchemaBehind { missing }) if !missing.is_empty())
    );
    let replicas: Vec<_> = (0..2)
        .map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move {
                Store::migrate(&settings).await?;
                Store::connect(&settings).await
            })
        })
        .collect();
    for replica in replicas {
        replica.await.unwrap().unwrap().count(&testing::system()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_that_migrate_at_once_both_come_up_on_sqlite() {
    let files = tempfile::tempdir().unwrap();
    two_migrators(sqlite_url(&files), &files).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_that_migrate_at_once_both_come_up_on_postgres() {
    let files = tempfile::tempdir().unwrap();
    two_migrators(komunala_test_postgres::empty_database().await.unwrap(), &files).await;
}

async fn a_schema_of_a_later_release_is_refused(place: Place) {
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    owner.execute_unprepared(later).await.unwrap();
    let refused = Store::connect(&place.settings).await;
    assert!(matches!(refused, Err(ConnectError::SchemaAhead { unknown }) if unknown == ["m9999_later"]));
}

async fn migrating_again_changes_nothing(place: Place) {
    Store::migrate(&place.settings).await.unwrap();
    place.store.count(&place.system()).await.unwrap();
}

crate::on_both_databases!(a_schema_of_a_later_release_is_refused, migrating_again_changes_nothing);

#[tokio::test]
async fn an_address_of_another_kind_is_refused_without_being_repeated() {
    let files = tempfile::tempdir().unwrap();
    let settings = StoreSettings::new("mysql://hub:secret@localhost/komunala", "unused", key_settings(&files));
    assert!(matches!(Store::migrate(&settings).await, Err(ConnectError::UnknownScheme)));
    assert!(!format!("{settings:?}").contains("secret"));
}

#[tokio::test]
async fn a_database_in_memory_is_refused() {
    let files = tempfile::tempdir().unwrap();
    let settings = StoreSettings::new("sqlite::memory:", "unused", key_settings(&files));
    assert!(matches!(Store::migrate(&settings).await, Err(ConnectError::InMemory)));
}

//! A database that does not answer, and what errors tell.

use komunala_app::ports::{Requests, StoreError, Users};
use komunala_domain::TenantId;
use komunala_store::{ConnectError, Store, StoreSettings};
use sea_orm::{ConnectionTrait, Database};

use crate::{
    place::{Place, email, key, key_settings},
    samples,
};

async fn a_closed_store_is_unavailable(place: Place) {
    place.store.close().await;
    let read = place.store.by_email(&place.tenant(), &email("ana")).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    let written = place.store.register(&place.portal("ruma"), samples::registration("ana", "A-1", place.now)).await;
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
}

async fn errors_name_tables_and_constraints_but_no_values(place: Place) {
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    // the same id twice is an error of the hub's own
    let first = samples::registration("ana", "A-1", place.now);
    let mut second = samples::registration("secret-name", "A-2", place.now);
    second.user = first.user;
    place.store.register(&place.portal("ruma"), first).await.unwrap();
    owner.execute_unprepared("DROP TABLE attempts").await.unwrap();
    let budget = komunala_app::ports::attempts::Budget {
        kind: "pin".to_owned(),
        subject: *b"a-subject-that-is-32-bytes-long!",
        failures: 1,
        window: jiff::SignedDuration::from_mins(1),
        longest: jiff::SignedDuration::from_mins(1),
    };
    let refused = komunala_app::ports::Attempts::begin(&place.store, &place.tenant(), &[budget], place.now).await;
    let Err(StoreError::Internal(source)) = refused else { panic!("{refused:?}") };
    assert!(source.to_string().starts_with("store.begin_attempt: the database refused with "), "{source}");
    let told = format!("{source:?} {source}");
    assert!(!told.contains("subject"), "{told}");
}

async fn letters_that_postgres_cannot_keep_are_no_internal_error(place: Place) {
    let mut new = samples::registration("ana", "A-1", place.now);
    new.given_name = "A\0na".to_owned();
    new.confirm_mail.subject = "sub\0ject".to_owned();
    new.link.consents[0].purpose.version = "2024\0".to_owned();
    place.store.register(&place.portal("ruma"), new).await.unwrap();
    let user = place.store.by_email(&place.tenant(), &email("ana")).await.unwrap().unwrap();
    assert_eq!(user.given_name, "A\0na");
}

crate::on_both_databases!(
    a_closed_store_is_unavailable,
    errors_name_tables_and_constraints_but_no_values,
    letters_that_postgres_cannot_keep_are_no_internal_error,
);

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let files = tempfile::tempdir().unwrap();
    let url = "postgres://hub:secret@127.0.0.1:1/komunala";
    let mut settings = StoreSettings::new(url, "unused", key_settings(&files));
    settings.acquire_timeout = std::time::Duration::from_secs(1);
    let refused = Store::connect(&settings).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Database(_)), "{refused:?}");
    assert!(!format!("{refused:?} {refused}").contains("secret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_drops_its_connections_is_reconnected_to() {
    let place = Place::on_postgres().await;
    place.user("ana", "A-1").await;
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let drop_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
    owner.execute_unprepared(drop_all).await.unwrap();
    let user = place.store.by_email(&place.tenant(), &email("ana")).await.unwrap();
    assert!(user.is_some());
    let tenant: TenantId = "ruma".parse().unwrap();
    assert_eq!(tenant.as_str(), place.tenant().tenant().as_str());
    assert_eq!(place.store.answered(&place.tenant(), &key("Register")).await.unwrap(), None);
}

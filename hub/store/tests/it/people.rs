//! What is known of people is sealed, each under a key of their own.

use std::sync::Arc;

use komunala_app::ports::{
    Accounts, AddressChanges, Outbox, PersonKeys, Sessions, StoreError, Users, Verifications, accounts::AccountFilter,
    outbox::MessageState, sessions::NewSession, users::ProfileChange,
};
use komunala_domain::{CustomerAccount, ids::SessionId};
use komunala_store::{ConnectError, KeySettings, Store, StoreSettings};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use crate::{
    addresses::wish,
    place::{Place, email, key_settings, masters, room, root},
    samples,
};

/// Everything that the database holds: the rows as text, or the file and its log, which hold what no query shows.
pub(crate) async fn dump(place: &Place) -> String {
    if let Some(file) = place.url.strip_prefix("sqlite://").and_then(|url| url.split('?').next()) {
        let parts = [file.to_owned(), format!("{file}-wal")].map(|part| std::fs::read(part).unwrap_or_default());
        return String::from_utf8_lossy(&parts.concat()).into_owned();
    }
    komunala_test_postgres::dump(&place.url).await.unwrap()
}

async fn a_dump_of_the_database_tells_of_nobody(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.registered("vesna", "A-2").await;
    let phone = Some(Some("+381601234567".parse().unwrap()));
    place.store.update_profile(&ana, ProfileChange { phone, ..Default::default() }, place.now).await.unwrap().unwrap();
    let session = NewSession {
        id: SessionId::new(),
        user: ana.user(),
        token_hash: [1; 32],
        expires: place.now,
        remember: false,
        device: Some("Firefox, Windows".to_owned()),
        now: place.now,
    };
    place.store.open(ana.tenant(), session).await.unwrap();
    place.store.open_address_change(&ana, wish(&place, &ana, "new")).await.unwrap();
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let copy = CustomerAccount { name: Some("Holder Holderson".to_owned()), ..samples::account("A-1", "M-1") };
    place.store.keep(ana.tenant(), account, &copy, place.now).await.unwrap();
    let kept = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap().remove(0).copy.unwrap();
    assert_eq!(kept.account, copy);
    let dump = dump(&place).await;
    assert!(dump.contains("A-1"), "the dump holds the accounts");
    for secret in ["@example.rs", "vesna", "Петровић", "601234567", "Firefox", "Holderson"] {
        assert!(!dump.contains(secret), "{secret} stands in the dump");
    }
}

async fn owner(url: &str) -> DatabaseConnection {
    Database::connect(url).await.unwrap()
}

async fn what_is_known_of_one_person_cannot_be_put_in_anothers_place(place: Place) {
    let (ana, _) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    let swap = "UPDATE users SET sealed = (SELECT o.sealed FROM users o WHERE o.id <> users.id)";
    owner(&place.url).await.execute_unprepared(swap).await.unwrap();
    let refused = place.store.by_email(ana.tenant(), &email("ana")).await;
    assert!(matches!(refused, Err(StoreError::Damaged { what: "users", .. })), "{refused:?}");
}

async fn a_person_without_a_key_counts_as_erased(place: Place) {
    let verification = place.registered("ana", "A-1").await;
    let tenant = place.tenant();
    owner(&place.keys_url()).await.execute_unprepared("DELETE FROM subject_keys").await.unwrap();
    // a hub that has opened no key yet
    let store = Store::connect(&place.settings).await.unwrap();
    assert!(store.by_email(&tenant, &email("ana")).await.unwrap().is_none());
    assert_eq!(store.for_mail(&tenant, verification).await.unwrap(), None);
    let lease = jiff::SignedDuration::from_mins(5);
    assert_eq!(store.claim(&place.system(), room(10), lease, place.now).await.unwrap(), []);
    assert_eq!(store.count(&place.system()).await.unwrap(), [(MessageState::Failed, 1)]);
    // the address is free for whoever comes
    let portal = place.portal("ruma");
    let new = samples::registration("ana", "A-2", place.now);
    store.register(&portal, new.clone()).await.unwrap();
    assert_eq!(store.by_email(&tenant, &email("ana")).await.unwrap().map(|user| user.id), Some(new.user));
}

async fn keys_are_wrapped_anew_while_the_hub_goes_on(place: Place) {
    let people: Vec<_> = (0..25).map(|n| format!("person-{n}")).collect();
    for person in &people {
        place.registered(person, person).await;
    }
    let with = |names: &[&str]| StoreSettings {
        keys: KeySettings { masters: Arc::new(masters(names)), ..place.settings.keys.clone() },
        ..place.settings.clone()
    };
    let both = Store::connect(&with(&["second", "first"])).await.unwrap();
    assert_eq!(both.outdated(&place.system()).await.unwrap(), 25);
    let (rewrapping, asking) = (both.clone(), both.clone());
    let system = place.system();
    let rewrapped = tokio::spawn(async move {
        let mut portions = Vec::new();
        while portions.last() != Some(&0) {
            portions.push(rewrapping.rewrap(&system, 10).await.unwrap());
        }
        portions
    });
    for person in &people {
        assert!(asking.by_email(&place.tenant(), &email(person)).await.unwrap().is_some());
    }
    assert_eq!(rewrapped.await.unwrap(), [10, 10, 5, 0]);
    assert_eq!(both.outdated(&place.system()).await.unwrap(), 0);
    let second = Store::connect(&with(&["second"])).await.unwrap();
    assert!(second.by_email(&place.tenant(), &email("person-7")).await.unwrap().is_some());
    // the old master key opens nothing any more
    let first = Store::connect(&with(&["first"])).await.unwrap();
    assert!(first.by_email(&place.tenant(), &email("person-7")).await.is_err());
}

async fn a_database_is_served_with_its_own_key_store_alone(place: Place) {
    let files = tempfile::tempdir().unwrap();
    let other = StoreSettings { keys: key_settings(&files), ..place.settings.clone() };
    Store::migrate(&other).await.unwrap();
    assert!(matches!(Store::connect(&other).await, Err(ConnectError::OtherKeyStore)));
    let same = KeySettings::new(place.url.clone(), masters(&["first"]), &root());
    let same = StoreSettings { keys: same, ..place.settings.clone() };
    assert!(matches!(Store::connect(&same).await, Err(ConnectError::KeysInTheDatabase)));
}

crate::on_both_databases!(
    a_dump_of_the_database_tells_of_nobody,
    what_is_known_of_one_person_cannot_be_put_in_anothers_place,
    a_person_without_a_key_counts_as_erased,
    keys_are_wrapped_anew_while_the_hub_goes_on,
    a_database_is_served_with_its_own_key_store_alone,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hubs_on_one_postgres_share_a_key_store_there() {
    let files = tempfile::tempdir().unwrap();
    let place = Place::on_postgres().await;
    let keys = komunala_test_postgres::empty_database().await.unwrap();
    let database = komunala_test_postgres::empty_database().await.unwrap();
    let keys = KeySettings::new(keys, masters(&["first"]), &root());
    let settings = StoreSettings::new(database, files.path(), keys);
    Store::migrate(&settings).await.unwrap();
    let (here, there) = tokio::try_join!(Store::connect(&settings), Store::connect(&settings)).unwrap();
    let portal = place.portal("ruma");
    here.register(&portal, samples::registration("ana", "A-1", place.now)).await.unwrap();
    let ana = there.by_email(portal.tenant(), &email("ana")).await.unwrap().unwrap();
    assert_eq!(ana.email, email("ana"));
}

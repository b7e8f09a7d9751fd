//! Erasing somebody, for good.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, AddressChanges, Audit, Copies, PersonKeys, Sessions, Users,
        accounts::AccountFilter,
        audit::Chain,
        outbox::{Content, NewMessage},
        sessions::{NewSession, Rotation},
    },
    scope::UserScope,
};
use komunala_domain::{BillDelivery, PostalChannel, ids::SessionId};
use komunala_store::{Store, StoreSettings};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::{
    addresses::{done, wish},
    place::{Place, email, key, tenant_id},
    samples,
};

fn farewell(name: &str) -> NewMessage {
    NewMessage { content: Content::ProfileErased {}, ..samples::message(email(name).as_str(), name) }
}

async fn count(database: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn session(place: &Place, who: &UserScope) -> NewSession {
    let new = NewSession {
        id: SessionId::new(),
        user: who.user(),
        token_hash: [1; 32],
        expires: place.now + SignedDuration::from_hours(24),
        remember: false,
        device: Some("Ana's phone".to_owned()),
        now: place.now,
    };
    place.store.open(who.tenant(), new.clone()).await.unwrap();
    new
}

async fn nothing_is_left_of_who_is_erased_but_a_last_mail(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let session = session(&place, &ana).await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    place.store.keep(ana.tenant(), account, &samples::account("A-1", "M-1"), place.now).await.unwrap();
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(2), place.now).await.unwrap();
    let wished = wish(&place, &ana, "new");
    place.store.open_address_change(&ana, wished.clone()).await.unwrap();
    place.messages().await;

    place.store.erase(&ana, farewell("ana"), place.now).await.unwrap();
    assert!(place.store.me(&ana).await.unwrap().is_none());
    assert!(place.store.by_email(ana.tenant(), &email("ana")).await.unwrap().is_none());
    assert_eq!(place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap(), []);
    let rotation = place.store.rotate(ana.tenant(), session.id, [1; 32], [2; 32], place.now).await.unwrap();
    assert_eq!(rotation, Rotation::Unknown);
    assert!(!place.store.complete_address_change(&ana, wished.id, done(), place.now).await.unwrap());
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    for table in ["sessions", "challenges"] {
        let told = format!("SELECT COUNT(*) FROM {table} WHERE sealed IS NOT NULL");
        assert_eq!(count(&owner, &told).await, 0, "{table}");
    }
    assert_eq!(count(&owner, "SELECT COUNT(*) FROM invoices").await, 0);
    assert_eq!(count(&owner, "SELECT COUNT(*) FROM accounts WHERE copy IS NOT NULL").await, 0);

    let mails = place.messages().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (&mails[0].message.content, &mails[0].message.recipient),
        (&Content::ProfileErased {}, &email("ana").into())
    );
    // its own key goes with it
    let keys = Database::connect(place.keys_url()).await.unwrap();
    assert_eq!(count(&keys, "SELECT COUNT(*) FROM subject_keys WHERE wrapped IS NOT NULL").await, 1);
    let message = &mails[0];
    assert!(place.data_started(message.message.id, message.attempt).await);
    assert!(place.accepted(message.message.id, message.attempt, "q1").await);
    assert_eq!(count(&keys, "SELECT COUNT(*) FROM subject_keys WHERE wrapped IS NOT NULL").await, 0);
    // a second time changes nothing, and nobody is told again
    place.store.erase(&ana, farewell("ana"), place.now).await.unwrap();
    assert_eq!(place.messages().await, []);
}

async fn paper_comes_again_when_the_last_who_wanted_e_mail_is_erased(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-1").await);
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].clone();
    for who in [&ana, &vesna] {
        let (of, key) = ((&account.provider, account.id), key("SetBillDelivery"));
        place.store.set_delivery(who, of, samples::choice(BillDelivery::Email), key, place.now).await.unwrap().unwrap();
    }
    place.store.told(ana.tenant(), account.id, PostalChannel::Email, place.now).await.unwrap();
    place.store.erase(&ana, farewell("ana"), place.now).await.unwrap();
    // the other one still wants it
    assert_eq!(place.store.untold(&place.system(), 10, place.now).await.unwrap(), []);
    place.store.erase(&vesna, farewell("vesna"), place.now).await.unwrap();
    let untold = place.store.untold(&place.system(), 10, place.now).await.unwrap();
    assert_eq!(untold.iter().map(|untold| untold.wanted).collect::<Vec<_>>(), [PostalChannel::Paper]);
}

async fn an_erasure_that_was_broken_off_is_brought_to_its_end_or_taken_back(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    let keys = Database::connect(place.keys_url()).await.unwrap();
    // one hub died before the database knew of it, one after
    keys.execute_unprepared("UPDATE subject_keys SET erasing_at = 1").await.unwrap();
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let dead = format!("UPDATE users SET erased_at = 1, sealed = '' WHERE email_lookup = '{}'", lookup(&place, "ana"));
    assert_eq!(owner.execute_unprepared(&dead).await.unwrap().rows_affected(), 1);
    assert_eq!(place.store.finish_erasures(&place.system(), place.now, place.now).await.unwrap(), 1);
    assert_eq!(count(&keys, "SELECT COUNT(*) FROM subject_keys WHERE wrapped IS NULL AND erased_at > 0").await, 1);
    assert_eq!(count(&keys, "SELECT COUNT(*) FROM subject_keys WHERE erasing_at IS NOT NULL").await, 0);
    assert!(place.store.me(&ana).await.unwrap().is_none());
    assert!(place.store.me(&vesna).await.unwrap().is_some());
}

fn lookup(place: &Place, name: &str) -> String {
    hex::encode(place.settings.keys.lookups.email(place.tenant().tenant(), &email(name)))
}

crate::on_both_databases!(
    nothing_is_left_of_who_is_erased_but_a_last_mail,
    paper_comes_again_when_the_last_who_wanted_e_mail_is_erased,
    an_erasure_that_was_broken_off_is_brought_to_its_end_or_taken_back,
);

/// A copy of the database as it is now. The store must be closed.
async fn copy(place: &Place) -> String {
    if let Some(file) = place.url.strip_prefix("sqlite://").and_then(|url| url.split('?').next()) {
        let copy = format!("{file}.copy");
        std::fs::copy(file, &copy).unwrap();
        return format!("sqlite://{copy}");
    }
    komunala_test_postgres::copy_of(&place.url).await.unwrap()
}

/// An older database is put back beside today's key store.
async fn put_back(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    let session = session(&place, &ana).await;
    place.store.close().await;
    let older = copy(&place).await;
    let today = Store::connect(&place.settings).await.unwrap();
    today.erase(&ana, farewell("ana"), place.now).await.unwrap();
    today.close().await;

    let settings = StoreSettings { database_url: older.clone().into(), ..place.settings.clone() };
    let store = Store::connect(&settings).await.unwrap();
    // even before anybody has looked who was erased, she is gone
    assert!(store.by_email(ana.tenant(), &email("ana")).await.unwrap().is_none());
    let rotation = store.rotate(ana.tenant(), session.id, [1; 32], [2; 32], place.now).await.unwrap();
    assert_eq!(rotation, Rotation::Unknown);
    assert_eq!(store.erase_again(&place.system(), place.now).await.unwrap(), 1);
    assert_eq!(store.erase_again(&place.system(), place.now).await.unwrap(), 0);
    let told = store.events(&place.system(), &Chain::Tenant(tenant_id("ruma")), Some(ana.user()), 0, 10).await.unwrap();
    let last = told.last().map(|event| (event.actor.as_str(), event.action.as_str()));
    assert_eq!(last, Some(("hub", "erased")));
    assert_eq!(store.list(&ana, &AccountFilter::All, None, 1).await.unwrap(), []);
    let owner = Database::connect(older).await.unwrap();
    assert_eq!(count(&owner, "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 0);
    assert_eq!(count(&owner, "SELECT COUNT(*) FROM users WHERE sealed = ''").await, 1);
    // the hub goes on: others are there, and she may come again as anybody else
    assert!(store.me(&vesna).await.unwrap().is_some());
    let again = samples::registration("ana", "A-1", place.now);
    store.register(&place.portal("ruma"), again.clone()).await.unwrap();
    assert_eq!(store.by_email(ana.tenant(), &email("ana")).await.unwrap().map(|user| user.id), Some(again.user));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_database_beside_todays_keys_does_not_bring_back_who_was_erased_on_sqlite() {
    Box::pin(put_back(Place::on_sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_database_beside_todays_keys_does_not_bring_back_who_was_erased_on_postgres() {
    Box::pin(put_back(Place::on_postgres().await)).await;
}

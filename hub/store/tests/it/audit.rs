//! The audit log: chains without forks, that nobody can change.

use std::{collections::HashSet, sync::Arc};

use jiff::SignedDuration;
use komunala_app::{
    Freshness, Hub,
    audit::Verified,
    ports::{
        Accounts, AddressChanges, Audit, Consents, Resets, Sessions, Users,
        accounts::AccountFilter,
        audit::{Action, Actor, Chain, Event, NewEvent},
        outbox::Content,
        resets::NewPasswordHash,
        sessions::{NewSession, Rotation},
        users::{PasswordChange, ProfileChange},
    },
    scope::testing,
};
use komunala_domain::{
    BillDelivery,
    ids::{SessionId, UserId},
};
use komunala_store::Store;
use sea_orm::{ConnectionTrait, Database};

use crate::{
    addresses::{done, wish},
    office::ports,
    place::{Place, email, key, root, tenant_id},
    samples::{self, notice, reset},
};

fn ruma() -> Chain {
    Chain::Tenant(tenant_id("ruma"))
}

async fn events(place: &Place, chain: &Chain) -> Vec<Event> {
    place.store.events(&place.system(), chain, None, 0, 1000).await.unwrap()
}

fn note(details: &str, subject: Option<UserId>) -> NewEvent {
    let details = Some(details.to_owned());
    NewEvent { actor: Actor::Anybody, action: Action::SignInFailed, subject, target: String::new(), details }
}

async fn what_users_do_is_told_in_the_chain_of_their_tenant(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.user_of("indjija", "ana", "A-1").await;
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let session = NewSession {
        id: SessionId::new(),
        user: ana.user(),
        token_hash: [1; 32],
        expires: place.now + SignedDuration::from_hours(1),
        remember: false,
        device: None,
        now: place.now,
    };
    place.store.open(ana.tenant(), session.clone()).await.unwrap();
    let change = ProfileChange { family_name: Some("Anić".to_owned()), phone: Some(None), ..Default::default() };
    place.store.update_profile(&ana, change, place.now).await.unwrap().unwrap();
    assert!(place.store.end(&ana, session.id, None, place.now).await.unwrap());
    assert!(!place.store.end(&ana, session.id, None, place.now).await.unwrap());
    place.store.unlink(&ana, account, place.now).await.unwrap();
    let told: Vec<_> = events(&place, &ruma()).await.into_iter().map(|event| (event.action, event.target)).collect();
    let consent = place.store.consents(&ana, None, 1).await.unwrap()[0].id;
    let expected = [
        ("registered", String::new()),
        ("consent_given", consent.to_string()),
        ("signed_in", session.id.to_string()),
        ("profile_changed", "family_name phone_number".to_owned()),
        ("session_ended", session.id.to_string()),
        ("unlinked", account.to_string()),
    ];
    assert_eq!(told, expected.map(|(action, target)| (action.to_owned(), target)));
    assert_eq!(events(&place, &Chain::Tenant(tenant_id("indjija"))).await.len(), 2);
    let chains = place.store.chains(&place.system()).await.unwrap();
    assert_eq!(chains, [Chain::Tenant(tenant_id("indjija")), ruma()]);
}

async fn other_passwords_and_addresses_are_told_of(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let forgotten = reset("ana", place.now);
    place.store.open_reset(ana.tenant(), forgotten.clone()).await.unwrap();
    let hash = NewPasswordHash {
        hash: "$argon2id$new".to_owned(),
        notice: notice("reset", Content::PasswordChanged {}),
        now: place.now,
    };
    assert!(place.store.complete_reset(ana.tenant(), forgotten.id, hash).await.unwrap());
    let change = PasswordChange {
        shown: "$argon2id$new".to_owned(),
        hash: "$argon2id$newer".to_owned(),
        notice: notice("changed", Content::PasswordChanged {}),
        now: place.now,
    };
    assert!(place.store.change_password(&ana, change.clone()).await.unwrap());
    assert!(!place.store.change_password(&ana, change).await.unwrap(), "the present password is another one");
    let wished = wish(&place, &ana, "new");
    place.store.open_address_change(&ana, wished.clone()).await.unwrap();
    assert!(place.store.complete_address_change(&ana, wished.id, done(), place.now).await.unwrap());
    let told: Vec<_> = events(&place, &ruma()).await.into_iter().map(|event| (event.actor, event.action)).collect();
    let by_ana = format!("user:{}", ana.user());
    let expected = [
        (by_ana.clone(), "registered"),
        (by_ana.clone(), "consent_given"),
        ("anybody".to_owned(), "password_reset"),
        (by_ana.clone(), "password_changed"),
        (by_ana, "email_changed"),
    ];
    assert_eq!(told, expected.map(|(actor, action)| (actor, action.to_owned())));
}

async fn choices_and_what_is_agreed_to_are_told_of(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let link = samples::link("A-2", BillDelivery::Paper);
    place.store.link(&ana, link, key("LinkAccount"), place.now).await.unwrap();
    let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap().remove(0);
    let (of, choice) = ((&account.provider, account.id), samples::choice(BillDelivery::Email));
    place.store.set_delivery(&ana, of, choice, key("SetBillDelivery"), place.now).await.unwrap().unwrap();
    let given = samples::consent("marketing", "1");
    place.store.give(&ana, given, key("GiveConsent"), place.now).await.unwrap().unwrap();
    let told = events(&place, &ruma()).await;
    let actions: Vec<_> = told.iter().skip(2).map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["linked", "consent_given", "delivery_changed", "consent_given", "consent_given"]);
    let consents = place.store.consents(&ana, None, 10).await.unwrap();
    let consents: HashSet<_> = consents.iter().map(|consent| consent.id.to_string()).collect();
    let named = told.iter().filter(|event| event.action == "consent_given").map(|event| event.target.clone());
    assert_eq!(named.collect::<HashSet<_>>(), consents);
    assert!(told.iter().all(|event| event.subject == Some(ana.user())));
}

async fn a_token_that_two_have_ends_the_session_of_nobody_knows_whom(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let session = NewSession {
        id: SessionId::new(),
        user: ana.user(),
        token_hash: [1; 32],
        expires: place.now + SignedDuration::from_hours(1),
        remember: false,
        device: None,
        now: place.now,
    };
    place.store.open(ana.tenant(), session.clone()).await.unwrap();
    let reused = place.store.rotate(ana.tenant(), session.id, [9; 32], [2; 32], place.now).await.unwrap();
    assert_eq!(reused, Rotation::Reused);
    let last = events(&place, &ruma()).await.pop().unwrap();
    assert_eq!((last.actor.as_str(), last.action.as_str()), ("anybody", "session_ended"));
    assert_eq!((last.subject, last.target), (Some(ana.user()), session.id.to_string()));
}

async fn many_writers_at_two_hubs_make_one_chain(place: Place) {
    let other = Store::connect(&place.settings).await.unwrap();
    let writers: Vec<_> = (0..100)
        .map(|n| {
            let store = if n % 2 == 0 { place.store.clone() } else { other.clone() };
            let (tenant, now) = (place.tenant(), place.now);
            tokio::spawn(async move { store.note(&tenant, note("", None), now).await.unwrap() })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let chain = events(&place, &ruma()).await;
    assert_eq!(chain.iter().map(|event| event.sequence).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    assert!(chain.windows(2).all(|pair| pair[1].previous == pair[0].hash));
    assert_eq!(chain.iter().map(|event| event.hash).collect::<HashSet<_>>().len(), 100);
    other.close().await;
}

async fn details_go_with_whom_they_are_about(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.store.note(ana.tenant(), note("from 192.0.2.7", Some(ana.user())), place.now).await.unwrap();
    let about = async || place.store.events(&place.system(), &ruma(), Some(ana.user()), 2, 10).await.unwrap();
    assert_eq!(about().await[0].details.as_deref(), Some("from 192.0.2.7"));
    place.store.erase(&ana, samples::message(email("ana").as_str(), "farewell"), place.now).await.unwrap();
    let left = about().await;
    assert_eq!(left.iter().map(|event| event.action.as_str()).collect::<Vec<_>>(), ["sign_in_failed", "erased"]);
    assert_eq!((left[0].details.as_deref(), left[0].sealed.is_empty()), (None, false));
}

async fn the_log_can_only_grow(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let database = match place.url.starts_with("sqlite") {
        true => Database::connect(place.url.as_str()).await.unwrap(),
        false => crate::tenancy::connected(&place, "komunala_app", Some("ruma")).await,
    };
    for change in ["UPDATE audit_events SET actor = 'nobody'", "DELETE FROM audit_events"] {
        assert!(database.execute_unprepared(change).await.is_err(), "{change}");
    }
    assert_eq!(events(&place, &ruma()).await.len(), 2);
    assert!(place.store.me(&ana).await.unwrap().is_some());
}

async fn what_operators_do_to_the_hub_has_a_chain_of_its_own(place: Place) {
    let operator = testing::operator("bootstrap");
    let event = NewEvent {
        actor: Actor::Operator("bootstrap".to_owned()),
        action: Action::AuditRead,
        subject: None,
        target: "ruma".to_owned(),
        details: None,
    };
    place.store.note_operator(&operator, &Chain::Hub, event, place.now).await.unwrap();
    let told = events(&place, &Chain::Hub).await;
    assert_eq!((told.len(), told[0].actor.as_str()), (1, "operator:bootstrap"));
    assert_eq!(place.store.chains(&place.system()).await.unwrap(), [Chain::Hub]);
}

async fn a_chain_that_was_changed_breaks_where_it_was(place: Place) {
    for n in 0..5 {
        place.store.note(&place.tenant(), note(&n.to_string(), None), place.now).await.unwrap();
    }
    let hub = Hub::new(ports(&Arc::new(place.store.clone())), &root(), Freshness::default());
    let verify = async || hub.verify_audit(&place.system(), &ruma(), |_| {}).await.unwrap();
    let whole = verify().await;
    assert!(matches!(whole, Verified::Whole { length: 5, .. }), "{whole:?}");
    // whoever owns the database can do what the hub cannot
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let change = async |sql: &str| owner.execute_unprepared(sql).await.unwrap();
    if place.url.starts_with("sqlite") {
        change("DROP TRIGGER audit_events_never_changed").await;
        change("DROP TRIGGER audit_events_never_removed").await;
    }
    change("UPDATE audit_events SET target = 'other' WHERE sequence = 3").await;
    assert_eq!(verify().await, Verified::Broken { at: 3, why: "it was changed" });
    change("UPDATE audit_events SET target = '' WHERE sequence = 3").await;
    assert_eq!(verify().await, whole);
    // what is put in behind the end has a place and names the link before it, and nobody but the hub can make its link
    change(
        "INSERT INTO audit_events (id, tenant, sequence, at, actor, action, subject, target, sealed, previous, hash)
         SELECT id, tenant, 6, at, actor, action, subject, 'forged', sealed, hash, previous FROM audit_events
         WHERE sequence = 5",
    )
    .await;
    assert_eq!(verify().await, Verified::Broken { at: 6, why: "it was changed" });
    change("DELETE FROM audit_events WHERE sequence = 6").await;
    assert_eq!(verify().await, whole);
    change("DELETE FROM audit_events WHERE sequence = 2").await;
    assert_eq!(verify().await, Verified::Broken { at: 2, why: "links are missing" });
    // what stands behind closes up: its links do not fit
    change("UPDATE audit_events SET sequence = sequence - 1 WHERE sequence = 3").await;
    assert_eq!(verify().await, Verified::Broken { at: 2, why: "it does not name the link before it" });
    // the end of a chain can be cut off, and only who wrote its last link down can tell
    change("DELETE FROM audit_events WHERE sequence > 1").await;
    assert!(matches!(verify().await, Verified::Whole { length: 1, .. }));
    assert_eq!(hub.audit_link(&place.system(), &ruma(), 5).await.unwrap(), None);
    // one that was beheaded is found all the same
    place.store.note(&place.tenant(), note("last", None), place.now).await.unwrap();
    change("DELETE FROM audit_events WHERE sequence = 1").await;
    assert_eq!(hub.audit_chains(&place.system()).await.unwrap(), [ruma()]);
    assert_eq!(verify().await, Verified::Broken { at: 1, why: "links are missing" });
}

crate::on_both_databases!(
    what_users_do_is_told_in_the_chain_of_their_tenant,
    other_passwords_and_addresses_are_told_of,
    choices_and_what_is_agreed_to_are_told_of,
    a_token_that_two_have_ends_the_session_of_nobody_knows_whom,
    many_writers_at_two_hubs_make_one_chain,
    details_go_with_whom_they_are_about,
    the_log_can_only_grow,
    what_operators_do_to_the_hub_has_a_chain_of_its_own,
    a_chain_that_was_changed_breaks_where_it_was,
);

#[tokio::test]
async fn workers_cannot_change_the_log_either() {
    let place = Place::on_postgres().await;
    place.user("ana", "A-1").await;
    let worker = crate::tenancy::connected(&place, "komunala_worker", None).await;
    for change in ["UPDATE audit_events SET actor = 'nobody'", "DELETE FROM audit_events", "TRUNCATE audit_events"] {
        assert!(worker.execute_unprepared(change).await.is_err(), "{change}");
    }
}

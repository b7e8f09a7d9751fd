//! Registering: who becomes a user, and which mail goes out.

use komunala_app::{
    ports::{
        Accounts, Requests, StoreError, Users, Verifications, Written, accounts::AccountFilter, outbox::Content,
        users::NewRegistration,
    },
    scope::testing,
};
use komunala_domain::ids::UserId;

use crate::{
    place::{Place, again, email},
    samples,
};

async fn somebody_new_gets_a_confirmation_and_counts_only_after_it(place: Place) {
    let portal = place.portal("ruma");
    let new = samples::registration("ana", "A-1", place.now);
    let scope = testing::user(portal.clone(), new.user);
    assert_eq!(place.store.register(&portal, new.clone()).await.unwrap(), Written::Now(()));

    let user = place.store.by_email(portal.tenant(), &email("ana")).await.unwrap().unwrap();
    assert_eq!((user.id, user.given_name.as_str(), user.family_name.as_str()), (new.user, "ana", "Петровић"));
    assert_eq!((user.verified_at, user.created_at), (None, place.now));
    assert_eq!(place.store.list(&scope, &AccountFilter::All, None, 10).await.unwrap(), []);
    let messages = place.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].message.content, Content::ConfirmEmail { verification: new.verification, portal: None });

    assert!(place.store.complete(portal.tenant(), new.verification, place.now).await.unwrap());
    assert_eq!(place.store.me(&scope).await.unwrap().unwrap().verified_at, Some(place.now));
    assert_eq!(place.store.list(&scope, &AccountFilter::All, None, 10).await.unwrap().len(), 1);
}

async fn the_newest_registration_takes_over_an_address_that_was_never_confirmed(place: Place) {
    let portal = place.portal("ruma");
    let first = samples::registration("ana", "somebody-elses", place.now);
    place.store.register(&portal, first.clone()).await.unwrap();
    let mut second = again(&first);
    second.password_hash = "$argon2id$other".to_owned();
    second.link = samples::link("her-own", komunala_domain::BillDelivery::Email);
    place.store.register(&portal, second.clone()).await.unwrap();

    assert!(!place.store.complete(portal.tenant(), first.verification, place.now).await.unwrap());
    assert!(place.store.complete(portal.tenant(), second.verification, place.now).await.unwrap());
    let user = place.store.by_email(portal.tenant(), &email("ana")).await.unwrap().unwrap();
    assert_eq!(user.password_hash, "$argon2id$other");
    let scope = testing::user(portal, user.id);
    let linked = place.store.list(&scope, &AccountFilter::All, None, 10).await.unwrap();
    assert_eq!(linked.iter().map(|account| account.external_id.as_str()).collect::<Vec<_>>(), ["her-own"]);
}

async fn a_confirmed_address_keeps_everything_and_its_owner_is_told(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.messages().await;
    let mut impostor = samples::registration("ana", "A-2", place.now);
    impostor.password_hash = "$argon2id$impostor".to_owned();
    let written = place.store.register(ana.portal(), impostor.clone()).await.unwrap();

    assert_eq!(written, Written::Now(()));
    let user = place.store.me(&ana).await.unwrap().unwrap();
    assert_eq!((user.id, user.password_hash.as_str()), (ana.user(), "$argon2id$…"));
    assert_eq!(place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap().len(), 1);
    assert!(!place.store.complete(ana.tenant(), impostor.verification, place.now).await.unwrap());
    let messages = place.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].message.content, Content::EmailTaken {});
}

async fn a_registration_that_is_sent_twice_happens_once(place: Place) {
    let portal = place.portal("ruma");
    let new = samples::registration("ana", "A-1", place.now);
    assert_eq!(place.store.register(&portal, new.clone()).await.unwrap(), Written::Now(()));
    let repeated = NewRegistration { user: UserId::new(), ..new.clone() };
    let repeated = place.store.register(&portal, repeated).await.unwrap();
    assert_eq!(repeated, Written::Before(String::new()));
    assert_eq!(place.store.answered(portal.tenant(), &new.key).await.unwrap(), Some(String::new()));
    assert_eq!(place.messages().await.len(), 1);

    let mut other = samples::registration("mika", "A-2", place.now);
    other.key = komunala_app::ports::WriteKey { fingerprint: [8; 32], ..new.key.clone() };
    let reused = place.store.register(&portal, other.clone()).await;
    assert!(matches!(reused, Err(StoreError::RequestIdReused)), "{reused:?}");
    assert!(matches!(place.store.answered(portal.tenant(), &other.key).await, Err(StoreError::RequestIdReused)));
    assert!(place.store.by_email(portal.tenant(), &email("mika")).await.unwrap().is_none());
}

async fn of_writers_with_the_same_request_id_one_wins(place: Place) {
    let portal = place.portal("ruma");
    let new = samples::registration("ana", "A-1", place.now);
    let writers: Vec<_> = (0..20)
        .map(|_| {
            let (store, portal) = (place.store.clone(), portal.clone());
            let new = NewRegistration { user: UserId::new(), ..new.clone() };
            tokio::spawn(async move { store.register(&portal, new).await.unwrap() })
        })
        .collect();
    let mut won = 0;
    for writer in writers {
        won += usize::from(writer.await.unwrap() == Written::Now(()));
    }
    assert_eq!(won, 1);
    assert_eq!(place.messages().await.len(), 1);
}

async fn many_who_register_one_address_at_once_leave_one_user_and_one_open_confirmation(place: Place) {
    let portal = place.portal("ruma");
    let first = samples::registration("ana", "A-1", place.now);
    let registrations: Vec<_> = (0..20)
        .map(|_| {
            let (store, portal, new) = (place.store.clone(), portal.clone(), again(&first));
            tokio::spawn(async move {
                store.register(&portal, new.clone()).await.unwrap();
                new.verification
            })
        })
        .collect();
    let mut verifications = Vec::new();
    for registration in registrations {
        verifications.push(registration.await.unwrap());
    }
    let mut completed = 0;
    for verification in verifications {
        completed += usize::from(place.store.complete(portal.tenant(), verification, place.now).await.unwrap());
    }
    assert_eq!(completed, 1);
    assert!(place.store.by_email(portal.tenant(), &email("ana")).await.unwrap().is_some());
}

crate::on_both_databases!(
    somebody_new_gets_a_confirmation_and_counts_only_after_it,
    the_newest_registration_takes_over_an_address_that_was_never_confirmed,
    a_confirmed_address_keeps_everything_and_its_owner_is_told,
    a_registration_that_is_sent_twice_happens_once,
    of_writers_with_the_same_request_id_one_wins,
    many_who_register_one_address_at_once_leave_one_user_and_one_open_confirmation,
);

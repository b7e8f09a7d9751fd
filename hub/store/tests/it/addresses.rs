//! Another address in place of a user's.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        AddressChanges, Resets, Users, Verifications, address_changes::NewAddressChange, outbox::Content,
        users::NewRegistration,
    },
    scope::UserScope,
};
use komunala_domain::ids::ChallengeId;

use crate::{
    place::{Place, email},
    samples::{self, notice, reset},
};

/// `user` wants the address of `name`.
pub(crate) fn wish(place: &Place, user: &UserScope, name: &str) -> NewAddressChange {
    let id = ChallengeId::new();
    let mut subject = [0; 32];
    subject[..16].copy_from_slice(user.user().uuid().as_bytes());
    let subject_line = id.to_string();
    NewAddressChange {
        id,
        subject,
        address: email(name),
        expires: place.now + SignedDuration::from_mins(10),
        confirm: notice(&subject_line, Content::ConfirmNewEmail { challenge: id, portal: None }),
        wanted: notice(&subject_line, Content::AddressWanted {}),
        asked: notice(&subject_line, Content::EmailChangeAsked {}),
        now: place.now,
    }
}

/// Says that the address is another one now.
pub(crate) fn done() -> komunala_app::ports::outbox::Notice {
    notice(&ChallengeId::new().to_string(), Content::EmailChanged {})
}

/// Who is told what, since the last look.
async fn told(place: &Place) -> Vec<(String, &'static str)> {
    let messages = place.messages().await;
    let mut told: Vec<_> =
        messages.iter().map(|it| (it.message.recipient.as_str().to_owned(), it.message.content.purpose())).collect();
    told.sort();
    told
}

async fn an_address_moves_when_it_is_confirmed_and_not_before(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let wished = wish(&place, &ana, "new");
    told(&place).await;
    place.store.open_address_change(&ana, wished.clone()).await.unwrap();
    let expected =
        [("ana@example.rs".to_owned(), "email_change_asked"), ("new@example.rs".to_owned(), "confirm_new_email")];
    assert_eq!(told(&place).await, expected);
    assert_eq!(place.store.me(&ana).await.unwrap().unwrap().email, email("ana"));
    let forgotten = reset("ana", place.now);
    place.store.open_reset(ana.tenant(), forgotten.clone()).await.unwrap();
    told(&place).await;

    let mika = place.user("mika", "B-1").await;
    assert!(!place.store.complete_address_change(&mika, wished.id, done(), place.now).await.unwrap(), "another's link");
    told(&place).await;
    assert!(!place.store.complete_address_change(&ana, wished.id, done(), wished.expires).await.unwrap());
    assert!(place.store.complete_address_change(&ana, wished.id, done(), place.now).await.unwrap());
    assert!(!place.store.complete_address_change(&ana, wished.id, done(), place.now).await.unwrap(), "twice");
    assert_eq!(told(&place).await, [("ana@example.rs".to_owned(), "email_changed")]);
    assert_eq!(place.store.by_email(ana.tenant(), &email("new")).await.unwrap().unwrap().id, ana.user());
    assert!(place.store.by_email(ana.tenant(), &email("ana")).await.unwrap().is_none());
    let tried = place.store.take_reset_try(ana.tenant(), forgotten.subject, 5, place.now).await.unwrap();
    assert_eq!(tried, None, "a code that went to the earlier address is still good");
}

async fn a_taken_address_gets_a_challenge_that_opens_nothing_and_its_owner_is_told(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.user("mika", "B-1").await;
    told(&place).await;
    let wished = wish(&place, &ana, "mika");
    place.store.open_address_change(&ana, wished.clone()).await.unwrap();
    let expected =
        [("ana@example.rs".to_owned(), "email_change_asked"), ("mika@example.rs".to_owned(), "address_wanted")];
    assert_eq!(told(&place).await, expected);
    for tries in [Some(wished.id), Some(wished.id), None] {
        assert_eq!(place.store.take_address_try(&ana, wished.subject, 2, place.now).await.unwrap(), tries);
    }
    assert!(!place.store.complete_address_change(&ana, wished.id, done(), place.now).await.unwrap());
    assert_eq!(place.store.me(&ana).await.unwrap().unwrap().email, email("ana"));
}

async fn somebody_who_confirms_first_keeps_the_address_and_somebody_who_never_did_loses_it(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let (first, second) = (wish(&place, &ana, "one"), wish(&place, &ana, "two"));
    let registered = place.registered("one", "B-1").await;
    let unconfirmed = place.registered("two", "C-1").await;
    place.store.open_address_change(&ana, first.clone()).await.unwrap();
    assert!(place.store.complete(ana.tenant(), registered, place.now).await.unwrap());
    assert!(!place.store.complete_address_change(&ana, first.id, done(), place.now).await.unwrap());

    place.store.open_address_change(&ana, second.clone()).await.unwrap();
    assert!(place.store.complete_address_change(&ana, second.id, done(), place.now).await.unwrap());
    assert!(!place.store.complete(ana.tenant(), unconfirmed, place.now).await.unwrap());
    assert_eq!(place.store.by_email(ana.tenant(), &email("two")).await.unwrap().unwrap().id, ana.user());
    // the earlier address is free again
    let again: NewRegistration = samples::registration("ana", "D-1", place.now);
    place.store.register(&place.portal("ruma"), again.clone()).await.unwrap();
    assert_eq!(place.store.by_email(ana.tenant(), &email("ana")).await.unwrap().unwrap().id, again.user);
}

crate::on_both_databases!(
    an_address_moves_when_it_is_confirmed_and_not_before,
    a_taken_address_gets_a_challenge_that_opens_nothing_and_its_owner_is_told,
    somebody_who_confirms_first_keeps_the_address_and_somebody_who_never_did_loses_it,
);

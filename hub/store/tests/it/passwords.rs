//! Another password in place of the present one.

use jiff::SignedDuration;
use komunala_app::{
    ports::{Resets, Sessions, Users, outbox::Content, sessions::NewSession, users::PasswordChange},
    scope::UserScope,
};
use komunala_domain::ids::SessionId;

use crate::{
    place::Place,
    samples::{notice, reset},
};

async fn open_session(place: &Place, user: &UserScope, id: SessionId) -> SessionId {
    let new = NewSession {
        id,
        user: user.user(),
        token_hash: [1; 32],
        expires: place.now + SignedDuration::from_hours(24),
        remember: false,
        device: None,
        now: place.now,
    };
    place.store.open(user.tenant(), new).await.unwrap();
    id
}

async fn a_change_ends_the_other_sessions_and_open_codes_and_is_told(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let mika = place.user("mika", "B-1").await;
    open_session(&place, &ana, ana.session()).await;
    open_session(&place, &ana, SessionId::new()).await;
    let foreign = open_session(&place, &mika, SessionId::new()).await;
    let forgotten = reset("ana", place.now);
    assert!(place.store.open_reset(ana.tenant(), forgotten.clone()).await.unwrap());
    place.messages().await;

    let change = |shown: &str| PasswordChange {
        shown: shown.to_owned(),
        hash: "$argon2id$new".to_owned(),
        notice: notice("changed", Content::PasswordChanged {}),
        now: place.now,
    };
    assert!(!place.store.change_password(&ana, change("$argon2id$another")).await.unwrap());
    assert_eq!(place.store.list_open(&ana, None, 10, place.now).await.unwrap().len(), 2);
    assert!(place.messages().await.is_empty());

    assert!(place.store.change_password(&ana, change("$argon2id$…")).await.unwrap());
    assert_eq!(place.store.me(&ana).await.unwrap().unwrap().password_hash, "$argon2id$new");
    let left = place.store.list_open(&ana, None, 10, place.now).await.unwrap();
    assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [ana.session()]);
    assert_eq!(place.store.list_open(&mika, None, 10, place.now).await.unwrap()[0].id, foreign);
    let tried = place.store.take_reset_try(ana.tenant(), forgotten.subject, 5, place.now).await.unwrap();
    assert_eq!(tried, None, "a code that was asked for before is still good");
    let told = place.messages().await;
    assert_eq!(told.iter().map(|claimed| claimed.message.content.purpose()).collect::<Vec<_>>(), ["password_changed"]);
}

crate::on_both_databases!(a_change_ends_the_other_sessions_and_open_codes_and_is_told);

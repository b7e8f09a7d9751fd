//! Sessions and their refresh tokens.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Sessions,
        sessions::{NewSession, Rotation},
    },
    scope::UserScope,
};
use komunala_domain::ids::SessionId;

use crate::place::Place;

async fn opened(place: &Place) -> (UserScope, NewSession) {
    let ana = place.user("ana", "A-1").await;
    let new = NewSession {
        id: SessionId::new(),
        user: ana.user(),
        token_hash: [1; 32],
        expires: place.now + SignedDuration::from_hours(24),
        remember: false,
        now: place.now,
    };
    place.store.open(ana.tenant(), new.clone()).await.unwrap();
    (ana, new)
}

async fn a_token_is_exchanged_once_and_a_reused_one_ends_the_session(place: Place) {
    let (ana, new) = opened(&place).await;
    let rotate = async |shown, next| place.store.rotate(ana.tenant(), new.id, shown, next, place.now).await.unwrap();
    let rotated = Rotation::Rotated { user: ana.user(), expires: new.expires };
    assert_eq!(rotate([1; 32], [2; 32]).await, rotated);
    assert_eq!(rotate([2; 32], [3; 32]).await, rotated);
    assert_eq!(rotate([1; 32], [4; 32]).await, Rotation::Reused);
    assert_eq!(rotate([3; 32], [4; 32]).await, Rotation::Unknown);
}

async fn of_callers_with_the_same_token_one_gets_the_next(place: Place) {
    let (ana, new) = opened(&place).await;
    let callers: Vec<_> = (0..50_u8)
        .map(|n| {
            let (store, tenant, now) = (place.store.clone(), ana.tenant().clone(), place.now);
            tokio::spawn(async move { store.rotate(&tenant, new.id, [1; 32], [n + 2; 32], now).await.unwrap() })
        })
        .collect();
    let mut rotated = 0;
    for caller in callers {
        rotated += usize::from(matches!(caller.await.unwrap(), Rotation::Rotated { .. }));
    }
    assert_eq!(rotated, 1);
}

async fn a_session_that_is_over_stays_so(place: Place) {
    let (ana, new) = opened(&place).await;
    let later = new.expires;
    let expired = place.store.rotate(ana.tenant(), new.id, [1; 32], [2; 32], later).await.unwrap();
    assert_eq!(expired, Rotation::Unknown);
    let mika = place.user("mika", "B-1").await;
    place.store.end(ana.tenant(), mika.user(), new.id, place.now).await.unwrap();
    let still = place.store.rotate(ana.tenant(), new.id, [1; 32], [2; 32], place.now).await.unwrap();
    assert!(matches!(still, Rotation::Rotated { .. }), "nobody ends somebody else's session");
    place.store.end(ana.tenant(), ana.user(), new.id, place.now).await.unwrap();
    let ended = place.store.rotate(ana.tenant(), new.id, [2; 32], [3; 32], place.now).await.unwrap();
    assert_eq!(ended, Rotation::Unknown);
    let unknown = place.store.rotate(ana.tenant(), SessionId::new(), [2; 32], [3; 32], place.now).await.unwrap();
    assert_eq!(unknown, Rotation::Unknown);
}

crate::on_both_databases!(
    a_token_is_exchanged_once_and_a_reused_one_ends_the_session,
    of_callers_with_the_same_token_one_gets_the_next,
    a_session_that_is_over_stays_so,
);

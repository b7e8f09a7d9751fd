//! Sessions and their refresh tokens.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Sessions,
        outbox::{Content, Notice},
        sessions::{NewSession, OpenSession, Rotation},
    },
    scope::UserScope,
};
use komunala_domain::ids::SessionId;

use crate::{
    place::{Place, email},
    samples,
};

/// Says that a session was ended.
fn notice(session: SessionId) -> Notice {
    samples::notice(&session.to_string(), Content::SessionRevoked {})
}

async fn opened(place: &Place) -> (UserScope, NewSession) {
    let ana = place.user("ana", "A-1").await;
    let new = NewSession {
        id: SessionId::new(),
        user: ana.user(),
        token_hash: [1; 32],
        expires: place.now + SignedDuration::from_hours(24),
        remember: false,
        device: Some("Firefox, Windows".to_owned()),
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
    assert!(!place.store.end(&mika, new.id, None, place.now).await.unwrap());
    let still = place.store.rotate(ana.tenant(), new.id, [1; 32], [2; 32], place.now).await.unwrap();
    assert!(matches!(still, Rotation::Rotated { .. }), "nobody ends somebody else's session");
    assert!(place.store.end(&ana, new.id, None, place.now).await.unwrap());
    assert!(!place.store.end(&ana, new.id, Some(notice(new.id)), place.now).await.unwrap(), "it was over already");
    assert!(place.messages().await.iter().all(|claimed| claimed.message.content.purpose() != "session_revoked"));
    let ended = place.store.rotate(ana.tenant(), new.id, [2; 32], [3; 32], place.now).await.unwrap();
    assert_eq!(ended, Rotation::Unknown);
    let unknown = place.store.rotate(ana.tenant(), SessionId::new(), [2; 32], [3; 32], place.now).await.unwrap();
    assert_eq!(unknown, Rotation::Unknown);
}

async fn a_user_sees_their_own_sessions_that_go_on_the_youngest_first(place: Place) {
    let (ana, first) = opened(&place).await;
    let mika = place.user("mika", "B-1").await;
    let open = async |user: &UserScope, hours: i64, device: Option<&str>| {
        let new = NewSession {
            id: SessionId::new(),
            user: user.user(),
            token_hash: [1; 32],
            expires: place.now + SignedDuration::from_hours(hours),
            remember: hours > 24,
            device: device.map(ToOwned::to_owned),
            now: place.now,
        };
        place.store.open(user.tenant(), new.clone()).await.unwrap();
        new
    };
    let second = open(&ana, 90 * 24, None).await;
    let ended = open(&ana, 24, Some("lost phone\0")).await;
    open(&ana, 0, Some("expired")).await;
    open(&mika, 24, Some("Mika's")).await;
    assert!(place.store.end(&ana, ended.id, Some(notice(ended.id)), place.now).await.unwrap());
    let later = place.now + SignedDuration::from_mins(9);
    place.store.rotate(ana.tenant(), first.id, [1; 32], [2; 32], later).await.unwrap();

    let listed = place.store.list_open(&ana, None, 10, place.now).await.unwrap();
    let young = |new: &NewSession, used| OpenSession {
        id: new.id,
        begun: new.now,
        used,
        expires: new.expires,
        remembered: new.remember,
        device: new.device.clone(),
    };
    assert_eq!(listed, [young(&second, place.now), young(&first, later)]);
    assert_eq!(place.store.list_open(&ana, None, 1, place.now).await.unwrap(), listed[..1]);
    assert_eq!(place.store.list_open(&ana, Some(second.id), 10, place.now).await.unwrap(), listed[1..]);

    let told = place.messages().await;
    let told: Vec<_> = told.iter().filter(|claimed| claimed.message.content == Content::SessionRevoked {}).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].message.recipient, email("ana").into());
    assert_eq!((told[0].message.provider.as_str(), told[0].message.language.tag()), ("gas", "sr-Cyrl"));
}

crate::on_both_databases!(
    a_token_is_exchanged_once_and_a_reused_one_ends_the_session,
    of_callers_with_the_same_token_one_gets_the_next,
    a_session_that_is_over_stays_so,
    a_user_sees_their_own_sessions_that_go_on_the_youngest_first,
);

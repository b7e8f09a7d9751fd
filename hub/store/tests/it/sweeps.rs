//! What is over is swept away, a portion at a time, and nothing else.

use jiff::SignedDuration;
use komunala_app::ports::{
    Attempts, Outbox, Requests, Sessions, Sweeps, Users, Verifications,
    attempts::Budget,
    outbox::{Fate, MessageState},
    sessions::{NewSession, Rotation},
    sweeps::Remains,
};
use komunala_domain::ids::SessionId;

use crate::{
    place::{Place, email, room},
    samples,
};

/// Sweeps what was over `minutes` from the place's now.
async fn sweep(place: &Place, what: Remains, minutes: i64, limit: u32) -> u64 {
    let before = place.now + SignedDuration::from_mins(minutes);
    place.store.sweep(&place.system(), what, before, limit).await.unwrap()
}

async fn request_ids_go_by_age(place: Place) {
    let portal = place.portal("ruma");
    let new = samples::registration("ana", "A-1", place.now);
    place.store.register(&portal, new.clone()).await.unwrap();
    assert_eq!(sweep(&place, Remains::RequestIds, 0, 10).await, 0);
    assert!(place.store.answered(portal.tenant(), &new.key).await.unwrap().is_some());
    assert_eq!(sweep(&place, Remains::RequestIds, 1, 10).await, 1);
    assert_eq!(place.store.answered(portal.tenant(), &new.key).await.unwrap(), None);
}

async fn windows_go_in_portions_when_they_are_over(place: Place) {
    let window = SignedDuration::from_mins(15);
    let kind = || "pin".to_owned();
    let budget = |subject| Budget { kind: kind(), subject: [subject; 32], failures: 1, window, longest: window };
    let budgets: Vec<_> = (0..5).map(budget).collect();
    place.store.begin(&place.tenant(), &budgets, place.now).await.unwrap().unwrap();
    assert_eq!(sweep(&place, Remains::Attempts, 15, 10).await, 0);
    assert!(place.store.begin(&place.tenant(), &budgets, place.now).await.unwrap().is_err(), "they still count");
    let mut portions = Vec::new();
    for _ in 0..4 {
        portions.push(sweep(&place, Remains::Attempts, 16, 2).await);
    }
    assert_eq!(portions, [2, 2, 1, 0]);
}

async fn sessions_go_once_they_ended_or_expired(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let open = async |hours| {
        let new = NewSession {
            id: SessionId::new(),
            user: ana.user(),
            token_hash: [1; 32],
            expires: place.now + SignedDuration::from_hours(hours),
            remember: false,
            device: None,
            now: place.now,
        };
        place.store.open(ana.tenant(), new.clone()).await.unwrap();
        new.id
    };
    let (lasting, short, ended) = (open(48).await, open(1).await, open(48).await);
    assert!(place.store.end(&ana, ended, None, place.now).await.unwrap());
    assert_eq!(sweep(&place, Remains::Sessions, 0, 10).await, 0);
    assert_eq!(sweep(&place, Remains::Sessions, 1, 10).await, 1, "the one that ended");
    assert_eq!(sweep(&place, Remains::Sessions, 61, 10).await, 1, "the one that expired");
    for (session, left) in [(lasting, true), (short, false), (ended, false)] {
        let rotated = place.store.rotate(ana.tenant(), session, [1; 32], [2; 32], place.now).await.unwrap();
        assert_eq!(matches!(rotated, Rotation::Rotated { .. }), left, "{rotated:?}");
    }
}

async fn confirmations_go_once_they_were_used_or_expired(place: Place) {
    place.user("ana", "A-1").await;
    place.registered("mika", "B-1").await;
    assert_eq!(sweep(&place, Remains::Verifications, 0, 10).await, 0);
    assert_eq!(sweep(&place, Remains::Verifications, 1, 10).await, 1, "ana's");
    assert!(place.store.take_try(&place.tenant(), &email("mika"), 5, place.now).await.unwrap().is_some());
    assert_eq!(sweep(&place, Remains::Verifications, 11, 10).await, 1, "mika's");
    assert_eq!(place.store.take_try(&place.tenant(), &email("mika"), 5, place.now).await.unwrap(), None);
}

async fn messages_go_once_nothing_more_will_happen_to_them(place: Place) {
    for name in ["ana", "mika", "vera", "sava"] {
        place.registered(name, "A-1").await;
    }
    let (store, system) = (&place.store, place.system());
    let claimed = store.claim(&system, room(3), SignedDuration::from_mins(5), place.now).await.unwrap();
    let [accepted, failed, unknown] = [0, 1, 2].map(|n| claimed[n].message.id);
    for id in [accepted, unknown] {
        assert!(place.data_started(id, 1).await);
    }
    assert!(place.accepted(accepted, 1, "Q1").await);
    assert!(store.failed(&system, failed, 1, "no such mailbox").await.unwrap());
    assert!(store.unknown(&system, unknown, 1, Fate::Hold).await.unwrap());
    assert_eq!(sweep(&place, Remains::Messages, 0, 10).await, 0);
    assert_eq!(sweep(&place, Remains::Messages, 60 * 24 * 365, 10).await, 2);
    let mut left = store.count(&system).await.unwrap();
    left.retain(|(_, count)| *count > 0);
    left.sort_by_key(|(state, _)| *state as u8);
    assert_eq!(left, [(MessageState::Pending, 1), (MessageState::Unknown, 1)]);
}

crate::on_both_databases!(
    request_ids_go_by_age,
    windows_go_in_portions_when_they_are_over,
    sessions_go_once_they_ended_or_expired,
    confirmations_go_once_they_were_used_or_expired,
    messages_go_once_nothing_more_will_happen_to_them,
);

//! The outbox: claims, fences and what dead workers leave behind.

use std::collections::HashSet;

use jiff::SignedDuration;
use komunala_app::ports::{
    Outbox, Users,
    outbox::{Claimed, Fate, MessageState, NewMessage, Room},
};

use komunala_domain::{Channel, PhoneNumber};

use crate::{
    place::{Place, again, room},
    samples,
};

const LEASE: SignedDuration = SignedDuration::from_mins(5);

async fn claim_one(place: &Place, minutes: i64) -> Option<Claimed> {
    let now = place.now + SignedDuration::from_mins(minutes);
    place.store.claim(&place.system(), room(1), LEASE, now).await.unwrap().pop()
}

async fn count(place: &Place) -> Vec<(MessageState, u64)> {
    place.store.count(&place.system()).await.unwrap()
}

async fn two_workers_never_claim_the_same_message(place: Place) {
    for n in 0..60 {
        place.registered(&format!("user-{n}"), "A-1").await;
    }
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let (store, system, now) = (place.store.clone(), place.system(), place.now);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = store.claim(&system, room(3), LEASE, now).await.unwrap();
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed.into_iter().map(|claimed| claimed.message.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    // a worker that finds everything locked by the others may leave early; nothing may be claimed twice
    let left = place.messages().await;
    all.extend(left.into_iter().map(|claimed| claimed.message.id));
    assert_eq!(all.len(), 60);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 60);
}

async fn a_message_goes_its_way_and_reads_back_whole(place: Place) {
    let portal = place.portal("ruma");
    let new = samples::registration("ana", "A-1", place.now);
    place.store.register(&portal, new.clone()).await.unwrap();
    let claimed = claim_one(&place, 0).await.unwrap();
    assert_eq!(claimed.message, new.confirm_mail);
    assert_eq!((claimed.tenant.as_str(), claimed.attempt, claimed.created), ("ruma", 1, place.now));
    let (id, system) = (claimed.message.id, place.system());
    assert_eq!(count(&place).await, [(MessageState::Claimed, 1)]);
    assert!(!place.accepted(id, 1, "4XyZ").await, "the body has not left");
    assert!(place.data_started(id, 1).await);
    assert!(!place.data_started(id, 1).await);
    assert!(place.accepted(id, 1, "4XyZ\0").await);
    assert!(!place.store.failed(&system, id, 1, "late").await.unwrap());
    assert_eq!(count(&place).await, [(MessageState::Accepted, 1)]);
    assert_eq!(claim_one(&place, 1000).await, None);
}

async fn a_stale_attempt_changes_nothing(place: Place) {
    place.registered("ana", "A-1").await;
    let first = claim_one(&place, 0).await.unwrap();
    assert_eq!(place.store.recover(&place.system(), Channel::Email, place.now + LEASE).await.unwrap(), []);
    let second = claim_one(&place, 5).await.unwrap();
    assert_eq!((second.message.id, second.attempt), (first.message.id, 2));

    let (id, system, now) = (first.message.id, place.system(), place.now);
    assert!(!place.store.renew(&system, id, 1, LEASE, now).await.unwrap());
    assert!(!place.data_started(id, 1).await);
    assert!(!place.accepted(id, 1, "queue").await);
    assert!(!place.store.deferred(&system, id, 1, now, "later").await.unwrap());
    assert!(!place.store.failed(&system, id, 1, "never").await.unwrap());
    assert!(!place.store.unknown(&system, id, 1, Fate::Hold).await.unwrap());
    assert!(place.data_started(id, 2).await);
    assert!(!place.store.unknown(&system, id, 1, Fate::SendAgain(now)).await.unwrap());
    assert!(place.accepted(id, 2, "queue").await);
}

async fn a_worker_that_dies_before_the_body_left_costs_nothing_but_time(place: Place) {
    place.registered("ana", "A-1").await;
    let claimed = claim_one(&place, 0).await.unwrap();
    assert!(place.store.renew(&place.system(), claimed.message.id, 1, LEASE * 2, place.now).await.unwrap());
    place.store.recover(&place.system(), Channel::Email, place.now + LEASE).await.unwrap();
    assert_eq!(claim_one(&place, 5).await, None, "it was renewed");
    place.store.recover(&place.system(), Channel::Email, place.now + LEASE * 2).await.unwrap();
    assert_eq!(claim_one(&place, 10).await.unwrap().attempt, 2);
}

async fn a_worker_that_dies_after_the_body_left_leaves_an_unknown(place: Place) {
    place.registered("ana", "A-1").await;
    let (system, later) = (place.system(), place.now + LEASE);
    let claimed = claim_one(&place, 0).await.unwrap();
    assert!(place.data_started(claimed.message.id, 1).await);
    assert_eq!(place.store.recover(&system, Channel::Email, place.now).await.unwrap(), [], "its lease lasts");
    let cut = place.store.recover(&system, Channel::Email, later).await.unwrap();
    assert_eq!(cut, std::slice::from_ref(&claimed));
    assert_eq!(claim_one(&place, 5).await, None, "nobody sends it again by accident");
    assert!(place.store.unknown(&system, claimed.message.id, 1, Fate::SendAgain(later)).await.unwrap());
    assert!(!place.store.unknown(&system, claimed.message.id, 1, Fate::SendAgain(later)).await.unwrap());
    let second = claim_one(&place, 5).await.unwrap();
    assert_eq!(second.attempt, 2);
    assert!(place.data_started(second.message.id, 2).await);
    assert!(place.store.unknown(&system, second.message.id, 2, Fate::Hold).await.unwrap());
    assert_eq!(count(&place).await, [(MessageState::Unknown, 1)]);
    assert_eq!(claim_one(&place, 1000).await, None);
}

async fn whoever_was_late_knows_what_became_of_a_message_until_another_has_tried_it(place: Place) {
    let (system, later) = (place.system(), place.now + LEASE);
    for (name, fate) in [("ana", Fate::Hold), ("iva", Fate::HoldUntil(later)), ("eva", Fate::SendAgain(later))] {
        place.registered(name, "A-1").await;
        let id = claim_one(&place, 0).await.unwrap().message.id;
        assert!(place.data_started(id, 1).await);
        assert!(place.store.unknown(&system, id, 1, fate).await.unwrap());
        assert!(place.accepted(id, 1, "queue").await, "{fate:?}");
        assert!(!place.accepted(id, 1, "queue").await);
    }
    place.store.recover(&system, Channel::Email, place.now + LEASE * 9).await.unwrap();
    assert_eq!(claim_one(&place, 1000).await, None);
    assert_eq!(count(&place).await, [(MessageState::Accepted, 3)]);

    place.registered("ina", "A-1").await;
    let id = claim_one(&place, 0).await.unwrap().message.id;
    assert!(!place.accepted(id, 1, "queue").await, "its body has not left");
    assert!(place.data_started(id, 1).await);
    assert!(place.store.unknown(&system, id, 1, Fate::SendAgain(place.now)).await.unwrap());
    assert_eq!(claim_one(&place, 0).await.unwrap().attempt, 2);
    assert!(!place.accepted(id, 1, "queue").await, "another has it");
}

async fn a_deferred_message_waits_for_its_time(place: Place) {
    place.registered("ana", "A-1").await;
    let claimed = claim_one(&place, 0).await.unwrap();
    let retry = place.now + SignedDuration::from_mins(30);
    assert!(place.store.deferred(&place.system(), claimed.message.id, 1, retry, "450 greylisted").await.unwrap());
    assert_eq!(claim_one(&place, 29).await, None);
    assert_eq!(claim_one(&place, 30).await.unwrap().attempt, 2);
}

async fn a_message_that_became_pointless_is_given_up(place: Place) {
    let portal = place.portal("ruma");
    let mut new = samples::registration("ana", "A-1", place.now);
    new.confirm_mail.expires = Some(place.now + SignedDuration::from_mins(10));
    place.store.register(&portal, new).await.unwrap();
    assert_eq!(claim_one(&place, 10).await, None);
    assert_eq!(count(&place).await, [(MessageState::Failed, 1)]);
}

async fn the_same_news_is_enqueued_once(place: Place) {
    let portal = place.portal("ruma");
    let first = samples::registration("ana", "A-1", place.now);
    place.store.register(&portal, first.clone()).await.unwrap();
    let mut second = again(&first);
    second.confirm_mail = NewMessage { id: second.confirm_mail.id, ..first.confirm_mail.clone() };
    place.store.register(&portal, second).await.unwrap();
    let claimed = place.messages().await;
    assert_eq!(claimed.iter().map(|claimed| claimed.message.id).collect::<Vec<_>>(), [first.confirm_mail.id]);
}

async fn a_worker_gets_the_messages_of_its_own_channel_alone(place: Place) {
    let portal = place.portal("ruma");
    let mail = samples::registration("ana", "A-1", place.now);
    place.store.register(&portal, mail.clone()).await.unwrap();
    let mut text = samples::registration("iva", "A-2", place.now);
    text.confirm_mail.recipient = "+381601234567".parse::<PhoneNumber>().unwrap().into();
    place.store.register(&portal, text.clone()).await.unwrap();

    let claimed = |claimed: Vec<Claimed>| claimed.into_iter().map(|claimed| claimed.message).collect::<Vec<_>>();
    assert_eq!(claimed(place.messages().await), [mail.confirm_mail]);
    let texts = Room { channel: Channel::Sms, ..room(9) };
    let texts = place.store.claim(&place.system(), texts, LEASE, place.now).await.unwrap();
    assert_eq!(claimed(texts), [text.confirm_mail.clone()]);

    let (id, system) = (text.confirm_mail.id, place.system());
    assert!(place.data_started(id, 1).await);
    assert_eq!(place.store.recover(&system, Channel::Email, place.now + LEASE).await.unwrap(), []);
    let cut = place.store.recover(&system, Channel::Sms, place.now + LEASE).await.unwrap();
    assert_eq!(claimed(cut), [text.confirm_mail]);
}

crate::on_both_databases!(
    two_workers_never_claim_the_same_message,
    a_message_goes_its_way_and_reads_back_whole,
    a_stale_attempt_changes_nothing,
    a_worker_that_dies_before_the_body_left_costs_nothing_but_time,
    a_worker_that_dies_after_the_body_left_leaves_an_unknown,
    whoever_was_late_knows_what_became_of_a_message_until_another_has_tried_it,
    a_deferred_message_waits_for_its_time,
    a_message_that_became_pointless_is_given_up,
    the_same_news_is_enqueued_once,
    a_worker_gets_the_messages_of_its_own_channel_alone,
);

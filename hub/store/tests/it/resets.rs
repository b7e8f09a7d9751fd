//! Challenges for new passwords: how often somebody may try, and that an unknown address is treated like a known one.

use jiff::SignedDuration;
use komunala_app::ports::{
    Resets, Sweeps, Users,
    outbox::Content,
    resets::{NewPasswordHash, NewReset},
    sweeps::Remains,
};

use crate::{
    place::{Place, email},
    samples::{notice, reset},
};

fn new_hash(place: &Place) -> NewPasswordHash {
    NewPasswordHash {
        hash: "$argon2id$new".to_owned(),
        notice: notice("changed", Content::PasswordChanged {}),
        now: place.now,
    }
}

async fn the_code_goes_to_whoever_has_the_address_and_is_good_once(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.messages().await;
    let asked = reset("ana", place.now);
    assert!(place.store.open_reset(ana.tenant(), asked.clone()).await.unwrap());
    let told = place.messages().await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].message.recipient, told[0].message.provider.as_str()), (&email("ana").into(), "gas"));
    assert_eq!(place.store.given_name_of(ana.tenant(), asked.id).await.unwrap().as_deref(), Some("ana"));

    let elsewhere = place.portal("indjija");
    assert!(!place.store.complete_reset(elsewhere.tenant(), asked.id, new_hash(&place)).await.unwrap());
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let (store, tenant, new) = (place.store.clone(), ana.tenant().clone(), new_hash(&place));
            tokio::spawn(async move { store.complete_reset(&tenant, asked.id, new).await.unwrap() })
        })
        .collect();
    let mut completed = 0;
    for caller in callers {
        completed += usize::from(caller.await.unwrap());
    }
    assert_eq!(completed, 1);
    assert_eq!(place.store.me(&ana).await.unwrap().unwrap().password_hash, "$argon2id$new");
    assert_eq!(place.store.given_name_of(ana.tenant(), asked.id).await.unwrap(), None);
}

async fn nobody_has_as_many_tries_as_somebody_and_they_open_nothing(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.registered("mika", "B-1").await;
    place.messages().await;
    // somebody, somebody who never confirmed, and nobody
    for (name, known) in [("ana", true), ("mika", false), ("nobody", false)] {
        let asked = reset(name, place.now);
        assert_eq!(place.store.open_reset(ana.tenant(), asked.clone()).await.unwrap(), known, "{name}");
        let tries: Vec<_> = (0..40)
            .map(|_| {
                let (store, tenant, now) = (place.store.clone(), ana.tenant().clone(), place.now);
                tokio::spawn(async move { store.take_reset_try(&tenant, asked.subject, 5, now).await.unwrap() })
            })
            .collect();
        let mut taken = 0;
        for tried in tries {
            taken += usize::from(tried.await.unwrap() == Some(asked.id));
        }
        assert_eq!(taken, 5, "{name}");
        if !known {
            assert!(!place.store.complete_reset(ana.tenant(), asked.id, new_hash(&place)).await.unwrap(), "{name}");
        }
    }
    assert_eq!(place.messages().await.len(), 1, "a mail goes to a confirmed user alone");
}

async fn another_challenge_ends_the_earlier_one_after_a_minute(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let first = reset("ana", place.now);
    assert!(place.store.open_reset(ana.tenant(), first.clone()).await.unwrap());
    let soon = reset("ana", place.now + SignedDuration::from_secs(59));
    assert!(!place.store.open_reset(ana.tenant(), soon.clone()).await.unwrap());
    let later = NewReset { now: place.now + SignedDuration::from_secs(60), ..soon };
    assert!(place.store.open_reset(ana.tenant(), later.clone()).await.unwrap());
    assert!(!place.store.complete_reset(ana.tenant(), first.id, new_hash(&place)).await.unwrap());
    let tried = place.store.take_reset_try(ana.tenant(), first.subject, 5, later.now).await.unwrap();
    assert_eq!(tried, Some(later.id));

    let expired = NewPasswordHash { now: later.expires, ..new_hash(&place) };
    assert!(!place.store.complete_reset(ana.tenant(), later.id, expired).await.unwrap());
    let over = place.now + SignedDuration::from_hours(1);
    assert_eq!(place.store.sweep(&place.system(), Remains::Challenges, over, 10).await.unwrap(), 2);
}

crate::on_both_databases!(
    the_code_goes_to_whoever_has_the_address_and_is_good_once,
    nobody_has_as_many_tries_as_somebody_and_they_open_nothing,
    another_challenge_ends_the_earlier_one_after_a_minute,
);

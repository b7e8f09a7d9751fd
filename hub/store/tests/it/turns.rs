//! Lines at billing systems that bear one conversation at a time.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::Turns;
use komunala_domain::ProviderId;
use uuid::Uuid;

use crate::place::Place;

const LEASE: SignedDuration = SignedDuration::from_secs(10);

fn water() -> ProviderId {
    "water".parse().unwrap()
}

async fn stands(place: &Place, ticket: Uuid, seconds: i64) -> bool {
    let now = place.now + SignedDuration::from_secs(seconds);
    place.store.stand(&water(), ticket, LEASE, now).await.unwrap()
}

async fn who_came_first_has_its_turn_until_it_leaves(place: Place) {
    let (one, two, three) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    assert!(stands(&place, one, 0).await);
    assert!(!stands(&place, two, 1).await);
    assert!(!stands(&place, three, 2).await);
    assert!(stands(&place, one, 3).await, "a turn is renewed");
    let elsewhere = "gas".parse().unwrap();
    assert!(place.store.stand(&elsewhere, Uuid::now_v7(), LEASE, place.now).await.unwrap(), "another line");
    place.store.leave(&water(), one).await.unwrap();
    assert!(!stands(&place, three, 4).await, "nobody overtakes");
    assert!(stands(&place, two, 5).await);
}

async fn the_turn_of_a_dead_hub_ends_with_its_lease(place: Place) {
    let (dead, next) = (Uuid::now_v7(), Uuid::now_v7());
    assert!(stands(&place, dead, 0).await);
    assert!(!stands(&place, next, 5).await);
    assert!(!stands(&place, next, 9).await);
    assert!(stands(&place, next, 10).await);
    assert!(!stands(&place, dead, 11).await, "it was not dead, but it has lost its turn");
}

async fn of_many_at_once_one_has_its_turn_and_all_get_it(place: Place) {
    let taken = Arc::new(AtomicBool::new(false));
    let turns = Arc::new(AtomicUsize::new(0));
    let visitors: Vec<_> = (0..12)
        .map(|_| {
            let (store, taken, turns) = (place.store.clone(), taken.clone(), turns.clone());
            tokio::spawn(async move {
                let ticket = Uuid::now_v7();
                while !store.stand(&water(), ticket, LEASE, Timestamp::now()).await.unwrap() {
                    tokio::task::yield_now().await;
                }
                assert!(!taken.swap(true, Ordering::SeqCst), "two have their turn");
                tokio::task::yield_now().await;
                taken.store(false, Ordering::SeqCst);
                turns.fetch_add(1, Ordering::SeqCst);
                store.leave(&water(), ticket).await.unwrap();
            })
        })
        .collect();
    for visitor in visitors {
        visitor.await.unwrap();
    }
    assert_eq!(turns.load(Ordering::SeqCst), 12);
}

crate::on_both_databases!(
    who_came_first_has_its_turn_until_it_leaves,
    the_turn_of_a_dead_hub_ends_with_its_lease,
    of_many_at_once_one_has_its_turn_and_all_get_it,
);

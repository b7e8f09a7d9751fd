//! Who goes first, who waits for whom, and what a relay that cannot bear more does to others.

use std::{num::NonZeroU32, sync::atomic::Ordering, time::Duration};

use komunala_app::ports::outbox::{Content, NewMessage};
use komunala_delivery::WorkSettings;

use crate::{
    queue::{Step, message},
    relay::{AMPLE, house, work},
};

/// The same news for very many.
fn to_very_many(recipient: &str) -> NewMessage {
    NewMessage { content: Content::CutOver {}, ..message(recipient) }
}

#[tokio::test]
async fn a_code_passes_mail_to_very_many_even_where_every_session_of_theirs_hangs() {
    let house = house(&["received:hang:next=3"]).await;
    let hub = house.hub(WorkSettings { sessions: 4, ..work() });
    for n in 0..200 {
        hub.queue.enqueue(to_very_many(&format!("customer-{n}@example.rs")));
    }
    hub.bell.notify_one();
    let stuck = async {
        while house.sink.counters.counts().faults.get("received") != Some(&3) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, stuck).await.unwrap();
    let code = hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    let steps = hub.queue.until(code, |steps| steps.len() == 3).await;
    assert!(matches!(steps[2], Step::Accepted(_)), "{steps:?}");
    hub.running.abort();
}

#[tokio::test]
async fn a_domain_that_wants_no_more_is_left_alone_and_others_are_not() {
    let house = house(&[]).await;
    let hub = house.hub(work());
    let full: Vec<_> = (0..20).map(|n| hub.queue.enqueue(message(&format!("a{n}+rcpt-452@full.example")))).collect();
    let others: Vec<_> = (0..20).map(|n| hub.queue.enqueue(message(&format!("b{n}@other.example")))).collect();
    hub.bell.notify_one();
    for id in others {
        hub.queue.until(id, |steps| matches!(steps.last(), Some(Step::Accepted(_)))).await;
    }
    let queue = hub.stop().await;
    let asked: usize =
        full.iter().map(|id| queue.steps(*id).iter().filter(|step| matches!(step, Step::Deferred(_))).count()).sum();
    let waited: usize =
        full.iter().map(|id| queue.steps(*id).iter().filter(|step| **step == Step::PutOff).count()).sum();
    assert!(waited > 0 && asked >= 1, "asked {asked} times, waited {waited} times");
}

#[tokio::test]
async fn a_relay_that_sends_every_fifth_away_gets_everything_in_the_end() {
    let house = house(&["mail:421:every=5"]).await;
    let hub = house.hub(work());
    let all: Vec<_> = (0..60).map(|n| hub.queue.enqueue(message(&format!("c{n}@example.rs")))).collect();
    hub.bell.notify_one();
    for id in all {
        hub.queue.until(id, |steps| matches!(steps.last(), Some(Step::Accepted(_)))).await;
    }
    hub.stop().await;
    assert_eq!((house.sink.counters.message_ids(), house.sink.counters.duplicates().len()), (60, 0));
}

#[tokio::test]
async fn a_greylisted_mail_comes_back_and_is_taken() {
    let house = house(&["rcpt:450/4.7.1:next=1"]).await;
    let hub = house.hub(work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    let steps = hub.queue.until(id, |steps| matches!(steps.last(), Some(Step::Accepted(_)))).await;
    assert_eq!(steps[1], Step::Deferred("rcpt: the relay answered 450 4.7.1".to_owned()));
    hub.stop().await;
}

#[tokio::test]
async fn a_rate_holds_over_all_sessions() {
    let mut house = house(&[]).await;
    house.limits.rate = NonZeroU32::new(20);
    let hub = house.hub(work());
    let began = std::time::Instant::now();
    for n in 0..30 {
        hub.queue.enqueue(message(&format!("d{n}@example.rs")));
    }
    hub.bell.notify_one();
    let all = async {
        while house.sink.counters.counts().accepted < 30 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, all).await.unwrap();
    // twenty at once, then twenty a second
    assert!(began.elapsed() >= Duration::from_millis(450), "{:?}", began.elapsed());
    hub.stop().await;
}

#[tokio::test]
async fn steps_of_many_sessions_share_their_commits() {
    let house = house(&[]).await;
    let hub = house.hub(WorkSettings { sessions: 32, ..work() });
    hub.queue.slow_commits(Duration::from_millis(10));
    for n in 0..200 {
        hub.queue.enqueue(message(&format!("e{n}@example.rs")));
    }
    hub.bell.notify_one();
    let all = async {
        while house.sink.counters.counts().accepted < 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, all).await.unwrap();
    let queue = hub.stop().await;
    let commits = queue.commits.load(Ordering::SeqCst);
    assert!(commits < 200, "{commits} commits for 400 steps");
}

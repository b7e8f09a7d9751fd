//! The worker and its queue.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{
    letters::{Compose, ComposeError, Composed},
    outbox::Claimed,
};
use komunala_delivery::WorkSettings;

use crate::{
    queue::{Fated, Queue, Step, message},
    relay::{AMPLE, Plain, house, work},
};

#[tokio::test]
async fn a_message_goes_from_the_queue_to_the_relay_over_tls() {
    let house = house(&[]).await;
    let hub = house.hub(work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    let mail = house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    assert!(mail.tls);
    assert_eq!(
        (mail.envelope_from.as_str(), mail.recipients.as_slice()),
        ("hub@example.rs", &["ana@example.rs".to_owned()][..])
    );
    let steps = hub.queue.until(id, |steps| steps.len() == 3).await;
    assert_eq!(steps, [Step::Claimed(1), Step::DataStarted, Step::Accepted(mail.queue_id.clone())]);
    hub.stop().await;
    assert_eq!(house.sink.counters.counts().commands["QUIT"], 1);
}

#[tokio::test]
async fn the_bell_wakes_it_long_before_it_would_look() {
    let house = house(&[]).await;
    let hub = house.hub(WorkSettings { poll: Duration::from_secs(3600), ..work() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    hub.stop().await;
}

#[tokio::test]
async fn many_messages_share_a_few_sessions_and_none_is_sent_twice() {
    let house = house(&[]).await;
    let hub = house.hub(WorkSettings { sessions: 4, mails_per_session: 10, ..work() });
    for n in 0..100 {
        hub.queue.enqueue(message(&format!("customer-{n}@example.rs")));
    }
    hub.bell.notify_one();
    let all = async {
        while house.sink.counters.counts().accepted < 100 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, all).await.unwrap();
    hub.stop().await;
    let counts = house.sink.counters.counts();
    assert_eq!((house.sink.counters.message_ids(), house.sink.counters.duplicates().len()), (100, 0));
    assert!((10..=14).contains(&counts.sessions), "{} sessions", counts.sessions);
    assert!(counts.max_open <= 4 + 1, "{} at once", counts.max_open);
    assert_eq!(counts.pipelined, 0);
}

#[tokio::test]
async fn a_message_past_its_time_is_given_up_without_a_session() {
    let house = house(&[]).await;
    let hub = house.hub(work());
    let mut late = message("ana@example.rs");
    late.expires = Some(Timestamp::now() - SignedDuration::from_secs(1));
    let id = hub.queue.enqueue(late);
    let steps = hub.queue.until(id, |steps| steps.len() == 2).await;
    assert_eq!(steps[1], Step::Failed("expired".to_owned()));
    hub.stop().await;
    assert_eq!(house.sink.counters.counts().sessions, 0);
}

struct NothingLeft;

#[async_trait]
impl Compose for NothingLeft {
    async fn compose(&self, _: &Claimed) -> Result<Composed, ComposeError> {
        Err(ComposeError::Pointless)
    }
}

#[tokio::test]
async fn a_message_with_nothing_left_to_say_is_given_up_quietly() {
    let house = house(&[]).await;
    let hub = house.hub_of(Arc::new(Queue::new()), Arc::new(NothingLeft), work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    let steps = hub.queue.until(id, |steps| steps.len() == 2).await;
    assert_eq!(steps[1], Step::Failed("there is nothing left to say".to_owned()));
    hub.stop().await;
}

struct Panics;

#[async_trait]
impl Compose for Panics {
    async fn compose(&self, claimed: &Claimed) -> Result<Composed, ComposeError> {
        assert!(claimed.attempt > 1, "the first attempt");
        Plain.compose(claimed).await
    }
}

#[tokio::test]
async fn a_panic_over_one_message_is_no_end_of_it() {
    let house = house(&[]).await;
    let hub = house.hub_of(Arc::new(Queue::new()), Arc::new(Panics), work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    let steps = hub.queue.until(id, |steps| steps.iter().any(|step| matches!(step, Step::Accepted(_)))).await;
    assert_eq!(steps[1], Step::Deferred("the hub failed".to_owned()));
    hub.stop().await;
}

#[tokio::test]
async fn a_slow_mail_keeps_its_lease_and_a_dead_workers_mail_is_taken_back() {
    let house = house(&["data:delay=700:next=1"]).await;
    let quick = WorkSettings { lease: Duration::from_millis(300), ..work() };
    let hub = house.hub(quick.clone());
    let slow = hub.queue.enqueue(message("slow@example.rs"));
    hub.queue.until(slow, |steps| steps.len() == 3).await;
    assert!(hub.queue.renewals(slow) >= 3);
    let queue = hub.stop().await;

    // a worker that dies between data_started and the answer
    house.sink.faults.add("received:hang:next=1".parse().unwrap());
    let hub = house.hub_of(queue, Arc::new(Plain), quick.clone());
    let cut = hub.queue.enqueue(message("cut@example.rs"));
    hub.queue.until(cut, |steps| steps.len() == 2).await;
    hub.running.abort();
    let hub = house.hub_of(hub.queue, Arc::new(Plain), quick);
    let steps = hub.queue.until(cut, |steps| steps.len() == 6).await;
    assert_eq!(
        steps[..5],
        [Step::Claimed(1), Step::DataStarted, Step::Unknown(Fated::SentAgain), Step::Claimed(2), Step::DataStarted,]
    );
    hub.stop().await;
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way_and_puts_back_what_has_not_begun() {
    let house = house(&["received:delay=300"]).await;
    let hub = house.hub(WorkSettings { sessions: 1, ..work() });
    let (first, second) = (hub.queue.enqueue(message("a@example.rs")), hub.queue.enqueue(message("b@example.rs")));
    hub.queue.until(first, |steps| steps.len() == 2).await;
    let queue = hub.stop().await;
    assert!(matches!(queue.steps(first)[2], Step::Accepted(_)));
    assert_eq!(queue.steps(second), [Step::Claimed(1), Step::PutOff]);
    assert_eq!(house.sink.mails().len(), 1);
}

#[tokio::test]
async fn stopping_has_an_end_and_cuts_what_does_not_finish_where_it_stands() {
    for (fault, last) in [
        ("rcpt:hang", Step::Deferred("rcpt: the hub is stopping".to_owned())),
        ("received:hang", Step::Unknown(Fated::SentAgain)),
    ] {
        let house = house(&[fault]).await;
        let drain = Duration::from_millis(200);
        let hub = house.hub(WorkSettings { drain, ..work() });
        let id = hub.queue.enqueue(message("ana@example.rs"));
        let struck = async {
            while house.sink.counters.counts().faults.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(AMPLE, struck).await.unwrap();
        let stopping = std::time::Instant::now();
        let queue = hub.stop().await;
        assert!(stopping.elapsed() < Duration::from_secs(4), "{fault}");
        assert_eq!(queue.steps(id).last(), Some(&last), "{fault}");
    }
}

//! The order that loses nothing: no body before `data_started`, no `accepted` before the relay's 250.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use komunala_delivery::WorkSettings;
use proptest::prelude::*;

use crate::{
    queue::{Queue, Step, message},
    relay::{AMPLE, Plain, house, house_of, work},
};

async fn moments() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

#[tokio::test]
async fn no_body_leaves_before_data_started_is_durable() {
    let house = house(&[]).await;
    let hub = house.hub_of(Arc::new(Queue::gated()), Arc::new(Plain), work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.queue.until(id, |steps| steps.len() == 1).await;
    moments().await;
    assert_eq!(house.sink.counters.counts().commands["DATA"], 1);
    assert!(house.sink.mails().is_empty());
    hub.queue.gate.add_permits(1);
    house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    hub.stop().await;
}

#[tokio::test]
async fn a_message_that_somebody_else_took_over_is_not_sent() {
    let house = house(&[]).await;
    let hub = house.hub_of(Arc::new(Queue::gated()), Arc::new(Plain), work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.queue.until(id, |steps| steps.len() == 1).await;
    hub.queue.take_over(id);
    hub.queue.gate.add_permits(1);
    moments().await;
    let queue = hub.stop().await;
    assert_eq!(queue.steps(id), [Step::Claimed(1)]);
    assert!(house.sink.mails().is_empty());
}

#[tokio::test]
async fn an_outbox_that_is_down_sends_nothing_and_loses_nothing() {
    let house = house(&[]).await;
    let hub = house.hub_of(Arc::new(Queue::gated()), Arc::new(Plain), work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.queue.until(id, |steps| steps.len() == 1).await;
    hub.queue.down.store(true, Ordering::SeqCst);
    hub.queue.gate.add_permits(1);
    moments().await;
    assert!(house.sink.mails().is_empty());
    hub.queue.down.store(false, Ordering::SeqCst);
    hub.queue.gate.add_permits(1);
    let steps = hub.queue.until(id, |steps| steps.len() == 5).await;
    assert_eq!(steps[1], Step::Deferred("the outbox did not answer: the store is unavailable".to_owned()));
    assert_eq!(house.sink.mails().len(), 1);
    hub.stop().await;
}

#[tokio::test]
async fn what_the_relay_took_is_written_down_as_soon_as_the_outbox_is_back() {
    let house = house(&["received:delay=200"]).await;
    let hub = house.hub(work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.queue.until(id, |steps| steps.len() == 2).await;
    hub.queue.down.store(true, Ordering::SeqCst);
    house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    moments().await;
    hub.queue.down.store(false, Ordering::SeqCst);
    let steps = hub.queue.until(id, |steps| steps.len() == 3).await;
    assert!(matches!(steps[2], Step::Accepted(_)));
    hub.stop().await;
    assert_eq!(house.sink.mails().len(), 1);
}

#[tokio::test]
async fn of_each_session_one_body_at_most_has_left_without_an_outcome_that_is_written_down() {
    let house = house(&[]).await;
    let queue = Arc::new(Queue::new());
    queue.keeps_no_outcomes.store(true, Ordering::SeqCst);
    let mails = ["ana@example.rs", "bora@example.rs", "ceca@example.rs"].map(|to| queue.enqueue(message(to)));
    let hub = house.hub_of(queue, Arc::new(Plain), WorkSettings { sessions: 1, ..work() });
    house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    // the next is ready meanwhile, but for its body
    while house.sink.counters.counts().commands["DATA"] < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    moments().await;
    assert_eq!(house.sink.mails().len(), 1);
    hub.queue.keeps_no_outcomes.store(false, Ordering::SeqCst);
    for mail in mails {
        hub.queue.until(mail, |steps| matches!(steps.last(), Some(Step::Accepted(_)))).await;
    }
    hub.stop().await;
    assert_eq!(house.sink.mails().len(), 3);
}

/// Every message gets there in the end; a copy only where its fate was unknown, with the same Message-ID.
async fn check(recipients: Vec<String>) -> Result<(), TestCaseError> {
    let house = house_of(komunala_sink::SmtpSink::builder().without_tls(), &[]).await;
    let hub = house.hub(work());
    let ids: Vec<_> = recipients.iter().map(|recipient| hub.queue.enqueue(message(recipient))).collect();
    hub.bell.notify_one();
    for (id, recipient) in ids.into_iter().zip(&recipients) {
        let steps = hub.queue.until(id, |steps| matches!(steps.last(), Some(Step::Accepted(_)))).await;
        let mails: Vec<_> =
            house.sink.mails().into_iter().filter(|mail| mail.recipients == [recipient.as_str()]).collect();
        let unknown = steps.iter().filter(|step| matches!(step, Step::Unknown { .. })).count();
        prop_assert!((1..=1 + unknown).contains(&mails.len()), "{recipient}: {steps:?}");
        prop_assert!(mails.iter().all(|mail| mail.message_id() == mails[0].message_id()));
        for pair in steps.windows(2) {
            let follows = match &pair[1] {
                Step::Accepted(_) | Step::Unknown { .. } => pair[0] == Step::DataStarted,
                Step::DataStarted => matches!(pair[0], Step::Claimed(_)),
                Step::Claimed(attempt) => *attempt > 1,
                _ => true,
            };
            prop_assert!(follows, "{recipient}: {steps:?}");
        }
        let cut = recipient.contains("received-drop") || recipient.contains("recorded-drop");
        prop_assert_eq!(unknown > 0, cut, "{}: {:?}", recipient, steps);
    }
    hub.stop().await;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn whatever_fails_once_every_message_gets_there(faults in prop::collection::vec(
        prop::sample::select(vec![
            "", "+rcpt-450-once", "+rcpt-drop-once", "+data-drop-once", "+data-451-once",
            "+received-drop-once", "+received-451-once", "+recorded-drop-once",
        ]), 1..24))
    {
        let recipients = faults.iter().enumerate().map(|(n, fault)| format!("customer-{n}{fault}@example.rs")).collect();
        tokio::runtime::Runtime::new().unwrap().block_on(check(recipients))?;
    }
}

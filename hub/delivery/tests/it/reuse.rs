//! Several mails over one session.

use komunala_delivery::WorkSettings;

use crate::{
    queue::{Step, message},
    relay::{AMPLE, house, send, work},
};

const BODY: &[u8] = b"Subject: x\r\n\r\nbody\r\n";

#[tokio::test]
async fn a_session_carries_one_mail_after_the_other() {
    let house = house(&[]).await;
    let mut session = house.open().await.unwrap();
    for _ in 0..3 {
        send(&mut session, BODY).await.unwrap();
    }
    session.quit().await;
    let mails = house.sink.mails();
    assert_eq!((mails.len(), house.sink.counters.counts().sessions), (3, 1));
}

#[tokio::test]
async fn a_refused_recipient_leaves_the_session_good_for_the_next() {
    let house = house(&["rcpt:550:next=1"]).await;
    let mut session = house.open().await.unwrap();
    send(&mut session, BODY).await.unwrap_err();
    assert!(session.is_usable());
    send(&mut session, BODY).await.unwrap();
    send(&mut session, BODY).await.unwrap();
    let counts = house.sink.counters.counts();
    // what the first one left is cleared, once; where nothing is left, nothing is asked
    assert_eq!((counts.sessions, counts.commands.get("RSET")), (1, Some(&1)));
}

#[tokio::test]
async fn a_mail_that_is_left_open_takes_its_session_with_it() {
    let house = house(&[]).await;
    let mut session = house.open().await.unwrap();
    let (from, to) = ("hub@example.rs".parse().unwrap(), "ana@example.rs".parse().unwrap());
    let _ = session.begin(&from, &to).await.unwrap().data().await.unwrap();
    assert!(!session.is_usable());
    session.quit().await;
    // not even a QUIT: it would have become part of the body
    assert_eq!(house.sink.counters.counts().commands.get("QUIT"), None);
    assert!(house.sink.mails().is_empty());
}

#[tokio::test]
async fn a_421_is_the_end_of_a_session() {
    let house = house(&["rcpt:421"]).await;
    let mut session = house.open().await.unwrap();
    send(&mut session, BODY).await.unwrap_err();
    assert!(!session.is_usable());
}

#[tokio::test]
async fn a_session_that_the_relay_closed_meanwhile_costs_no_message_anything() {
    for goodbye in ["mail:drop:next=1", "mail:421:next=1"] {
        let house = house(&[]).await;
        let hub = house.hub(WorkSettings { sessions: 1, ..work() });
        let first = hub.queue.enqueue(message("a@example.rs"));
        hub.queue.until(first, |steps| steps.len() == 3).await;
        house.sink.faults.add(goodbye.parse().unwrap());
        let second = hub.queue.enqueue(message("b@example.rs"));
        let steps = hub.queue.until(second, |steps| steps.len() == 3).await;
        assert!(matches!(steps[2], Step::Accepted(_)), "{goodbye}: {steps:?}");
        assert_eq!(house.sink.counters.counts().sessions, 2, "{goodbye}");
        hub.stop().await;
    }
}

#[tokio::test]
async fn a_session_that_nobody_needs_is_closed_with_a_goodbye() {
    let house = house(&[]).await;
    let hub = house.hub(WorkSettings { idle: std::time::Duration::from_millis(50), ..work() });
    hub.queue.enqueue(message("a@example.rs"));
    let closed = async {
        while !house.sink.counters.counts().commands.contains_key("QUIT") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(AMPLE, closed).await.unwrap();
    hub.stop().await;
}

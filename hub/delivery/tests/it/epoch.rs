//! A database that is not the one that sent last.

use std::{sync::atomic::Ordering, time::Duration};

use crate::{
    queue::message,
    relay::{AMPLE, house, work},
};

#[tokio::test]
async fn an_older_database_sends_nothing_until_somebody_says_so() {
    let house = house(&[]).await;
    house.office.is_held.store(true, Ordering::SeqCst);
    let hub = house.hub(work());
    let id = hub.queue.enqueue(message("ana@example.rs"));
    hub.bell.notify_one();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(hub.queue.steps(id), []);
    assert_eq!(house.sink.counters.counts().sessions, 0);
    house.office.is_held.store(false, Ordering::SeqCst);
    house.sink.wait_for(|_| true, AMPLE).await.unwrap();
    hub.stop().await;
}

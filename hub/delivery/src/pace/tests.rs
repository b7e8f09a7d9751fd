//! Seats and turns.

use crate::smtp::Reply;

use super::*;

fn refused(stage: Stage, code: u16) -> SmtpError {
    SmtpError { stage, cause: Cause::Refused(Reply { code, enhanced: None }) }
}

fn has_seat(pace: &Arc<Pace>, priority: Priority) -> bool {
    pace.try_seat(priority == Priority::Bulk).is_some()
}

#[tokio::test]
async fn what_goes_to_very_many_leaves_seats_for_a_code() {
    let pace = Pace::new(8, 4, LimitSettings::default());
    let mut bulk = Vec::new();
    while let Some(seat) = pace.try_seat(true) {
        bulk.push(seat);
    }
    assert_eq!(bulk.len(), 6);
    let code = pace.seat(Priority::Urgent).await;
    assert!(!has_seat(&pace, Priority::Bulk) && has_seat(&pace, Priority::Normal));
    drop(code);
    bulk.pop();
    assert!(has_seat(&pace, Priority::Bulk));
}

#[tokio::test]
async fn whoever_waits_gets_the_seat_that_is_freed() {
    let pace = Pace::new(1, 0, LimitSettings::default());
    let seat = pace.seat(Priority::Bulk).await;
    let waiting = tokio::spawn({
        let pace = pace.clone();
        async move { pace.seat(Priority::Urgent).await }
    });
    tokio::task::yield_now().await;
    drop(seat);
    tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_domain_that_does_not_want_more_keeps_nobody_else_waiting() {
    let pace = Pace::new(8, 4, LimitSettings::default());
    drop(pace.turn("slow.example").await.unwrap());
    pace.failed("slow.example", &refused(Stage::Rcpt, 452));
    assert!(matches!(pace.turn("slow.example").await, Err(Later(rest)) if rest > Duration::from_secs(4)));
    assert!(pace.turn("quick.example").await.is_ok());
    assert_eq!(pace.state().relay.size(), 8, "the relay is not to blame");
}

#[tokio::test]
async fn a_relay_that_closes_sessions_gets_half_as_many() {
    let pace = Pace::new(8, 4, LimitSettings::default());
    pace.failed("any.example", &refused(Stage::Greeting, 421));
    assert_eq!(pace.state().relay.size(), 4);
    for _ in 0..100 {
        pace.succeeded("any.example");
    }
    assert_eq!(pace.state().relay.size(), 8);
}

#[test]
fn blame_falls_on_whoever_spoke() {
    let blame = |stage, code| Blame::of(&refused(stage, code));
    assert_eq!(blame(Stage::Mail, 451), Blame { relay: true, domain: false });
    assert_eq!(blame(Stage::Rcpt, 452), Blame { relay: false, domain: true });
    assert_eq!(blame(Stage::FinalDot, 421), Blame { relay: true, domain: true });
    assert_eq!(blame(Stage::Rcpt, 550), Blame { relay: false, domain: false });
    assert_eq!(blame(Stage::Rcpt, 450), Blame { relay: false, domain: false }, "that may be greylisting");
    let cut = SmtpError { stage: Stage::Body, cause: Cause::HungUp };
    assert_eq!(Blame::of(&cut), Blame { relay: true, domain: false });
}

#[tokio::test]
async fn no_more_domains_are_remembered_than_there_is_room_for() {
    let pace = Pace::new(8, 4, LimitSettings::default());
    for n in 0..DOMAINS + 10 {
        drop(pace.turn(&format!("{n}.example")).await.unwrap());
    }
    assert!(pace.state().domains.len() <= DOMAINS);
}

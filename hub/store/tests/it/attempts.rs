//! Budgets of failed attempts.

use jiff::SignedDuration;
use komunala_app::ports::{Attempts, attempts::Budget};

use crate::place::Place;

fn budget(subject: u8, failures: u32) -> Budget {
    let window = SignedDuration::from_mins(15);
    Budget { kind: "pin".to_owned(), subject: [subject; 32], failures, window, longest: window }
}

async fn of_200_callers_no_more_pass_than_the_budget_allows(place: Place) {
    let callers: Vec<_> = (0..200)
        .map(|n| {
            let (store, tenant, now) = (place.store.clone(), place.tenant(), place.now);
            // in any order, so that they would wait in a circle if the store did not mind
            let budgets = if n % 2 == 0 { [budget(1, 7), budget(2, 50)] } else { [budget(2, 50), budget(1, 7)] };
            tokio::spawn(async move { store.begin(&tenant, &budgets, now).await.unwrap() })
        })
        .collect();
    let mut passed = 0;
    for caller in callers {
        passed += usize::from(caller.await.unwrap().is_ok());
    }
    assert_eq!(passed, 7);
    // a refused attempt counts against no budget: 43 of the second one are left
    for left in (0..43).rev() {
        let begun = place.store.begin(&place.tenant(), &[budget(2, 50)], place.now).await.unwrap();
        assert_eq!(begun, Ok(()), "{left}");
    }
    assert!(place.store.begin(&place.tenant(), &[budget(2, 50)], place.now).await.unwrap().is_err());
}

async fn the_answer_is_how_long_to_wait_and_a_window_ends(place: Place) {
    let begin = async |seconds| {
        let now = place.now + SignedDuration::from_secs(seconds);
        place.store.begin(&place.tenant(), &[budget(1, 2)], now).await.unwrap()
    };
    assert_eq!(begin(0).await, Ok(()));
    assert_eq!(begin(60).await, Ok(()));
    assert_eq!(begin(120).await, Err(SignedDuration::from_mins(13)));
    assert_eq!(begin(899).await, Err(SignedDuration::from_secs(1)));
    assert_eq!(begin(900).await, Ok(()));
}

async fn an_attempt_that_did_not_fail_is_taken_back(place: Place) {
    for _ in 0..10 {
        assert_eq!(place.store.begin(&place.tenant(), &[budget(1, 1)], place.now).await.unwrap(), Ok(()));
        place.store.succeeded(&place.tenant(), &[budget(1, 1), budget(9, 1)]).await.unwrap();
    }
}

async fn a_window_that_was_used_up_makes_the_next_one_longer_and_a_pause_makes_it_short_again(place: Place) {
    let growing = Budget { longest: SignedDuration::from_hours(3), ..budget(1, 2) };
    let begin = async |minutes: i64| {
        let now = place.now + SignedDuration::from_mins(minutes);
        place.store.begin(&place.tenant(), std::slice::from_ref(&growing), now).await.unwrap()
    };
    let mut start = 0;
    // 15 minutes, an hour, then as long as it may get
    for length in [15, 60, 180, 180] {
        assert_eq!(begin(start).await, Ok(()));
        assert_eq!(begin(start + 1).await, Ok(()));
        assert_eq!(begin(start + 2).await, Err(SignedDuration::from_mins(length - 2)), "{length}");
        start += length;
    }
    // one failure in a window uses nothing up
    assert_eq!(begin(start).await, Ok(()));
    start += 180;
    for _ in 0..2 {
        assert_eq!(begin(start).await, Ok(()));
    }
    assert_eq!(begin(start).await, Err(SignedDuration::from_mins(15)));
    // and after a pause as long as the longest window everything is forgotten
    start += 15 + 180;
    for _ in 0..2 {
        assert_eq!(begin(start).await, Ok(()));
    }
    assert_eq!(begin(start).await, Err(SignedDuration::from_mins(15)));
}

async fn a_decoy_is_written_and_is_in_nobodys_way(place: Place) {
    for _ in 0..3 {
        place.store.decoy(&place.tenant(), [1; 32], place.now).await.unwrap();
    }
    assert_eq!(place.store.begin(&place.tenant(), &[budget(1, 1)], place.now).await.unwrap(), Ok(()));
}

crate::on_both_databases!(
    of_200_callers_no_more_pass_than_the_budget_allows,
    the_answer_is_how_long_to_wait_and_a_window_ends,
    an_attempt_that_did_not_fail_is_taken_back,
    a_window_that_was_used_up_makes_the_next_one_longer_and_a_pause_makes_it_short_again,
    a_decoy_is_written_and_is_in_nobodys_way,
);

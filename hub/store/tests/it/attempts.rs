//! Budgets of failed attempts.

use jiff::SignedDuration;
use komunala_app::ports::{Attempts, attempts::Budget};

use crate::place::Place;

fn budget(subject: u8, failures: u32) -> Budget {
    Budget { kind: "pin".to_owned(), subject: [subject; 32], failures, window: SignedDuration::from_mins(15) }
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

crate::on_both_databases!(
    of_200_callers_no_more_pass_than_the_budget_allows,
    the_answer_is_how_long_to_wait_and_a_window_ends,
    an_attempt_that_did_not_fail_is_taken_back,
);

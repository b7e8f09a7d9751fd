//! Measured values, day by day.

use jiff::{SignedDuration, Timestamp, civil::date};
use komunala_app::{
    ports::{Accounts, Intervals, StoreError, accounts::AccountFilter, intervals::IntervalDay},
    scope::UserScope,
};
use komunala_domain::{
    ids::{AccountId, SupplyPointId},
    interval::{Direction, IntervalValue, Measure, Quality, Selection, Series},
};

use crate::{place::Place, samples};

const AMOUNTS: Selection = Selection { measure: Measure::Amount, direction: Direction::Consumed };

async fn with_point(place: &Place, name: &str, account: &str) -> (UserScope, AccountId, SupplyPointId) {
    let user = place.user(name, account).await;
    let list = async || Accounts::list(&place.store, &user, &AccountFilter::All, None, 1).await.unwrap().remove(0);
    let id = list().await.id;
    Accounts::keep(&place.store, user.tenant(), id, &samples::account(account, "M-1"), place.now).await.unwrap();
    let point = list().await.copy.unwrap().points[0].point;
    (user, id, point)
}

/// A day of July with one value, which says when it was said.
fn day(n: i8, value: i64, as_of: Timestamp) -> IntervalDay {
    let end = date(2024, 7, n).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_mins(15);
    let value = IntervalValue {
        end,
        value: rust_decimal::Decimal::new(value, 3),
        quality: Quality::Questionable,
        codes: vec!["1.2.32".to_owned()],
    };
    let series = Series {
        serial_number: "M-1".to_owned(),
        register: "total".to_owned(),
        unit: "kWh".to_owned(),
        length: 900,
        values: vec![value],
    };
    IntervalDay { day: date(2024, 7, n), series: vec![series], as_of }
}

async fn days(place: &Place, user: &UserScope, point: SupplyPointId, selection: Selection) -> Vec<IntervalDay> {
    place.store.days(user, point, selection, date(2024, 7, 1), date(2024, 7, 31)).await.unwrap()
}

async fn a_revision_replaces_a_day_whole_and_an_earlier_word_does_not(place: Place) {
    let (ana, account, point) = with_point(&place, "ana", "A-1").await;
    let keep = async |days: &[IntervalDay]| {
        place.store.keep_days(ana.tenant(), account, point, AMOUNTS, days).await.unwrap();
    };
    let later = place.now + SignedDuration::from_hours(1);
    let empty = IntervalDay { series: vec![], ..day(3, 0, place.now) };
    keep(&[day(1, 100, place.now), day(2, 200, place.now), empty.clone()]).await;
    keep(&[day(2, 201, later)]).await;
    keep(&[day(2, 199, place.now)]).await;
    assert_eq!(days(&place, &ana, point, AMOUNTS).await, [day(1, 100, place.now), day(2, 201, later), empty]);
    let some = place.store.days(&ana, point, AMOUNTS, date(2024, 7, 2), date(2024, 7, 2)).await.unwrap();
    assert_eq!(some, [day(2, 201, later)]);
    let fed_in = Selection { direction: Direction::Produced, ..AMOUNTS };
    assert_eq!(days(&place, &ana, point, fed_in).await, []);
}

async fn nobody_sees_or_keeps_values_of_somebody_elses_supply_point(place: Place) {
    let (ana, account, point) = with_point(&place, "ana", "A-1").await;
    let (mika, foreign, _) = with_point(&place, "mika", "B-1").await;
    place.store.keep_days(ana.tenant(), account, point, AMOUNTS, &[day(1, 100, place.now)]).await.unwrap();
    assert_eq!(days(&place, &mika, point, AMOUNTS).await, []);
    let mixed = place.store.keep_days(ana.tenant(), foreign, point, AMOUNTS, &[day(1, 7, place.now)]).await;
    assert!(matches!(mixed, Err(StoreError::Damaged { .. })), "{mixed:?}");
    assert!(place.store.unlink(&ana, account, place.now).await.unwrap());
    assert_eq!(days(&place, &ana, point, AMOUNTS).await, []);
}

crate::on_both_databases!(
    a_revision_replaces_a_day_whole_and_an_earlier_word_does_not,
    nobody_sees_or_keeps_values_of_somebody_elses_supply_point,
);

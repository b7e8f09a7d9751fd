//! Readings on their way to the billing system and back.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, Readings, StoreError,
        accounts::{AccountFilter, LinkedAccount},
        readings::{NewReading, ReadingCopy, ReadingCursor, ReadingsOf, Settlement, TakenIn},
    },
    scope::UserScope,
};
use komunala_domain::{
    Reading,
    ids::{MeterId, ReadingId},
    reading::{ReadingSource, ReadingState},
};

use crate::{
    place::{Place, key},
    samples,
};

/// A user whose account has a meter.
pub(crate) async fn with_meter(place: &Place, name: &str, account: &str) -> (UserScope, LinkedAccount, MeterId) {
    let user = place.user(name, account).await;
    let list = async || Accounts::list(&place.store, &user, &AccountFilter::All, None, 1).await.unwrap().remove(0);
    let id = list().await.id;
    Accounts::keep(&place.store, user.tenant(), id, &samples::account(account, "M-1"), place.now).await.unwrap();
    let linked = list().await;
    let meter = linked.copy.as_ref().unwrap().points[0].meters[0];
    (user, linked, meter)
}

pub(crate) fn submission(place: &Place, account: &LinkedAccount, meter: MeterId, value: &str) -> NewReading {
    NewReading {
        id: ReadingId::new(),
        account: account.id,
        point: account.copy.as_ref().unwrap().points[0].point,
        meter,
        reading: samples::reading(account.external_id.as_str(), "M-1", "2024-07-03", value),
        photos: Vec::new(),
        confirm: true,
        key: key("SubmitReading"),
        now: place.now,
    }
}

pub(crate) async fn of_meter(place: &Place, user: &UserScope, meter: MeterId) -> Vec<ReadingCopy> {
    Readings::list(&place.store, user, ReadingsOf::Meter(meter), None, 100).await.unwrap()
}

/// Submits a reading that is taken in.
pub(crate) async fn submit(place: &Place, user: &UserScope, new: &NewReading) {
    assert_eq!(place.store.submit(user, new).await.unwrap(), TakenIn::Now);
}

pub(crate) fn settled(place: &Place, state: ReadingState) -> Settlement {
    Settlement { state, reason: None, ask_again: None, now: place.now }
}

async fn a_second_reading_on_the_same_day_replaces_the_first(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let first = submission(&place, &account, meter, "100");
    submit(&place, &ana, &first).await;
    let second = submission(&place, &account, meter, "101");
    submit(&place, &ana, &second).await;
    let readings = of_meter(&place, &ana, meter).await;
    assert_eq!(readings.len(), 1);
    assert_eq!((readings[0].id, &readings[0].reading), (second.id, &second.reading));
    assert_eq!(readings[0].state, ReadingState::Received);
    assert_eq!(place.store.get(&ana, first.id).await.unwrap(), None);
    assert_eq!(place.store.get(&ana, second.id).await.unwrap().as_ref(), Some(&readings[0]));
}

async fn a_submission_that_is_sent_twice_answers_the_first_ones_id(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let first = submission(&place, &account, meter, "100");
    submit(&place, &ana, &first).await;
    let again = NewReading { id: ReadingId::new(), ..first.clone() };
    assert_eq!(place.store.submit(&ana, &again).await.unwrap(), TakenIn::Before(first.id.to_string()));
    assert_eq!(of_meter(&place, &ana, meter).await[0].id, first.id);
}

async fn what_the_billing_system_has_booked_is_posted_and_stays_so(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let new = submission(&place, &account, meter, "100.5");
    submit(&place, &ana, &new).await;
    let tenant = ana.tenant();
    let earlier = samples::reading("A-1", "M-1", "2024-07-03", "90");
    Readings::keep(&place.store, tenant, account.id, &[earlier], place.now).await.unwrap();
    let reading = place.store.get(&ana, new.id).await.unwrap().unwrap();
    assert_eq!((reading.state, &reading.reading), (ReadingState::Received, &new.reading), "it is still on its way");

    let said = [new.reading.clone(), samples::reading("A-1", "M-1", "2024-06-03", "80")];
    Readings::keep(&place.store, tenant, account.id, &said, place.now).await.unwrap();
    let accepted = Settlement { ask_again: Some(place.now), ..settled(&place, ReadingState::Accepted) };
    place.store.settle(tenant, new.id, &accepted).await.unwrap();
    let readings = of_meter(&place, &ana, meter).await;
    assert_eq!(readings.iter().map(|copy| copy.state).collect::<Vec<_>>(), [ReadingState::Posted; 2]);
    assert_eq!(readings[0].id, new.id);
    let later = place.now + SignedDuration::from_hours(1);
    assert_eq!(place.store.unsettled(&place.system(), 10, later).await.unwrap(), []);

    // the copy of a day keeps its id, and a page begins behind the last one
    Readings::keep(&place.store, tenant, account.id, &said, later).await.unwrap();
    let after = ReadingCursor { date: readings[0].reading.date, id: readings[0].id };
    let next = Readings::list(&place.store, &ana, ReadingsOf::Meter(meter), Some(after), 10).await.unwrap();
    assert_eq!((next.len(), next[0].id, next[0].as_of), (1, readings[1].id, later));
}

async fn a_reading_without_an_answer_is_asked_about_by_one_worker_at_a_time(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let new = submission(&place, &account, meter, "100");
    submit(&place, &ana, &new).await;
    let unsettled = async |seconds| {
        let now = place.now + SignedDuration::from_secs(seconds);
        place.store.unsettled(&place.system(), 10, now).await.unwrap()
    };
    assert_eq!(unsettled(59).await, [], "whoever submits it is at it");
    let due = unsettled(60).await;
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].id, due[0].account.as_str(), due[0].tries), (new.id, "A-1", 0));
    assert_eq!(unsettled(61).await, []);
    assert_eq!(unsettled(120).await[0].tries, 1);
    let refused = Settlement { reason: Some("too\0 low".to_owned()), ..settled(&place, ReadingState::Rejected) };
    place.store.settle(ana.tenant(), new.id, &refused).await.unwrap();
    assert_eq!(unsettled(100_000).await, []);
    let reading = place.store.get(&ana, new.id).await.unwrap().unwrap();
    assert_eq!((reading.state, reading.reason.as_deref()), (ReadingState::Rejected, Some("too low")));
}

async fn nobody_reads_or_submits_for_a_meter_of_somebody_elses_account(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let (mika, foreign, _) = with_meter(&place, "mika", "B-1").await;
    let new = submission(&place, &account, meter, "100");
    submit(&place, &ana, &new).await;
    assert_eq!(of_meter(&place, &mika, meter).await, []);
    assert_eq!(place.store.get(&mika, new.id).await.unwrap(), None);
    let mixed = NewReading { account: foreign.id, ..submission(&place, &account, meter, "7") };
    let refused = place.store.submit(&mika, &mixed).await;
    assert!(matches!(refused, Err(StoreError::Damaged { what: "reading", .. })), "{refused:?}");
}

async fn a_supply_points_readings_are_of_all_meters_it_has_had_whoever_read_them(place: Place) {
    let (ana, account, meter) = with_meter(&place, "ana", "A-1").await;
    let (mika, ..) = with_meter(&place, "mika", "B-1").await;
    let read = |serial: &str, day: &str, source| Reading { source, ..samples::reading("A-1", serial, day, "100") };
    let said = [
        read("M-0", "2024-05-31", ReadingSource::Operator),
        read("M-0", "2024-06-10", ReadingSource::Operator),
        read("M-1", "2024-06-10", ReadingSource::Operator),
        read("M-1", "2024-06-30", ReadingSource::Estimate),
        read("M-1", "2024-06-30", ReadingSource::Remote),
    ];
    Readings::keep(&place.store, ana.tenant(), account.id, &said, place.now).await.unwrap();
    submit(&place, &ana, &submission(&place, &account, meter, "130")).await;
    let point = account.copy.as_ref().unwrap().points[0].point;
    let of_point = async |who: &UserScope, after, limit| {
        Readings::list(&place.store, who, ReadingsOf::Point(point), after, limit).await.unwrap()
    };
    let all = of_point(&ana, None, 10).await;
    let mut told: Vec<_> = all.iter().map(|copy| (copy.reading.date.to_string(), copy.reading.source)).collect();
    assert!(told.is_sorted_by(|one, next| one.0 >= next.0), "{told:?}");
    told.sort_by_key(|(day, source)| (day.clone(), format!("{source:?}")));
    let day = |day: &str, source| (day.to_owned(), source);
    let wanted = [
        day("2024-05-31", ReadingSource::Operator),
        day("2024-06-10", ReadingSource::Operator),
        day("2024-06-10", ReadingSource::Operator),
        day("2024-06-30", ReadingSource::Estimate),
        day("2024-06-30", ReadingSource::Remote),
        day("2024-07-03", ReadingSource::Customer),
    ];
    assert_eq!(told, wanted);
    assert_eq!(of_meter(&place, &ana, meter).await.len(), 4, "the replaced meter's are its own");
    let after = ReadingCursor { date: all[2].reading.date, id: all[2].id };
    assert_eq!(of_point(&ana, Some(after), 10).await, all[3..]);
    assert_eq!(of_point(&mika, None, 10).await, []);
    // what rules compare with has no refused ones
    let refused = all[0].id;
    place.store.settle(ana.tenant(), refused, &settled(&place, ReadingState::Rejected)).await.unwrap();
    assert_eq!(place.store.history(ana.tenant(), point, 10).await.unwrap().len(), 5);
}

crate::on_both_databases!(
    a_supply_points_readings_are_of_all_meters_it_has_had_whoever_read_them,
    a_second_reading_on_the_same_day_replaces_the_first,
    a_submission_that_is_sent_twice_answers_the_first_ones_id,
    what_the_billing_system_has_booked_is_posted_and_stays_so,
    a_reading_without_an_answer_is_asked_about_by_one_worker_at_a_time,
    nobody_reads_or_submits_for_a_meter_of_somebody_elses_account,
);

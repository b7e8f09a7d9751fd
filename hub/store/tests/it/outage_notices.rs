//! What is told of outages: to each address once for each revision, whoever works at it and wherever it was broken off.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        OutageDesk, OutageNotices, Outages, Subscriptions,
        outage_desk::{NewRevision, Revised},
        outage_notices::{DueNotice, NoticeKind, Portion, Telling},
        outages::{Announced, OutageFeed},
        outbox::{Claimed, Content},
        subscriptions::{Ending, SignedUp},
    },
    scope::testing,
};
use komunala_domain::{
    Channel, Contact, Outage, Provider,
    ids::OutageId,
    outage::{OutageNews, OutageState, Schedule},
};

use crate::{
    office,
    outages::outage,
    place::{Place, email, key, tenant_id},
    subscriptions::{phone, sign_up, subscribe},
};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn schedule(place: &Place, outage: &Outage) -> Schedule {
    Schedule { notice: place.now, reminder: None, until: outage.end.unwrap() }
}

/// A network announces an outage, and it is due to be told.
async fn announce(place: &Place, outage: &Outage) {
    announce_at(place, outage, schedule(place, outage)).await;
}

async fn announce_at(place: &Place, outage: &Outage, schedule: Schedule) {
    let feed = OutageFeed { cursor: None, as_of: Some(place.now) };
    let announced = [Announced { outage: outage.clone(), schedule: Some(schedule) }];
    place.store.keep_outages(&place.tenant(), &"gas".parse().unwrap(), &announced, &feed, place.now).await.unwrap();
}

async fn claim(place: &Place, now: Timestamp) -> Option<DueNotice> {
    place.store.claim_notice(&place.system(), LEASE, now).await.unwrap()
}

async fn portion(place: &Place, provider: &Provider, notice: &DueNotice, size: u32) -> Portion {
    let telling = Telling { provider, size, lease: LEASE, now: place.now };
    place.store.tell_portion(&place.tenant(), notice, telling).await.unwrap()
}

/// Tells all that is due.
async fn tell(place: &Place, provider: &Provider) -> u64 {
    let mut told = 0;
    while let Some(notice) = claim(place, place.now).await {
        loop {
            match portion(place, provider, &notice, 100).await {
                Portion::Told(count) => told += count,
                Portion::Done(count) => {
                    told += count;
                    break;
                }
                Portion::Lost => break,
            }
        }
    }
    told
}

/// What waits, by address.
async fn waiting(place: &Place) -> Vec<(String, OutageNews, Vec<String>)> {
    let messages = claimed(place).await;
    let said = messages.into_iter().map(|claimed| match claimed.message.content {
        Content::OutageNotice { news, points, .. } => {
            let points = points.iter().map(ToString::to_string).collect();
            (claimed.message.recipient.as_str().to_owned(), news, points)
        }
        other => panic!("{other:?}"),
    });
    let mut said: Vec<_> = said.collect();
    said.sort_by(|a, b| a.0.cmp(&b.0));
    said
}

/// The notices of both channels; what else waits goes first.
async fn claimed(place: &Place) -> Vec<Claimed> {
    let mut all = Vec::new();
    for channel in Channel::ALL {
        all.extend(place.messages_on(channel).await);
    }
    all.retain(|claimed| matches!(claimed.message.content, Content::OutageNotice { .. }));
    for claimed in &all {
        assert!(place.data_started(claimed.message.id, claimed.attempt).await);
        assert!(place.accepted(claimed.message.id, claimed.attempt, "").await);
    }
    all
}

fn expected(of: &[(&str, OutageNews, &[&str])]) -> Vec<(String, OutageNews, Vec<String>)> {
    let owned = |points: &[&str]| points.iter().map(ToString::to_string).collect();
    of.iter().map(|(address, news, points)| ((*address).to_owned(), *news, owned(points))).collect()
}

async fn several_points_of_a_person_share_one_message(place: Place) {
    let (provider, ana) = (office::gas(), place.user("ana", "A-1").await);
    let mail = Contact::Email(email("ana"));
    subscribe(&place, &ana, "6-1", vec![mail.clone(), phone("+38640111222")]).await;
    subscribe(&place, &ana, "6-2", vec![mail.clone()]).await;
    // the same address once more, without an account
    assert!(matches!(sign_up(&place, &mail, "6-3").await, SignedUp::Subscribed(_)));
    sign_up(&place, &phone("+38640333444"), "6-9").await;
    announce(&place, &outage(&place, "a", 1, &["6-1", "6-2", "6-3", "6-4"])).await;
    assert_eq!(tell(&place, &provider).await, 2);
    let said = waiting(&place).await;
    let news = OutageNews::Announced;
    assert_eq!(said, expected(&[("+38640111222", news, &["6-1"]), ("ana@example.rs", news, &["6-1", "6-2", "6-3"])]));
}

async fn a_revision_that_comes_twice_is_told_once(place: Place) {
    let provider = office::gas();
    sign_up(&place, &phone("+38640111222"), "6-1").await;
    let first = outage(&place, "a", 1, &["6-1"]);
    announce(&place, &first).await;
    assert_eq!(tell(&place, &provider).await, 1);
    announce(&place, &first).await;
    announce(&place, &Outage { reason: Some("Drugače".to_owned()), ..first }).await;
    assert_eq!(tell(&place, &provider).await, 0);
    assert_eq!(waiting(&place).await.len(), 1);
}

async fn everybody_is_told_what_changed_for_them(place: Place) {
    let provider = office::gas();
    let (stays, leaves, comes) = (phone("+38640000001"), phone("+38640000002"), phone("+38640000003"));
    for (contact, point) in [(&stays, "6-1"), (&leaves, "6-2"), (&comes, "6-3")] {
        sign_up(&place, contact, point).await;
    }
    announce(&place, &outage(&place, "a", 1, &["6-1", "6-2"])).await;
    tell(&place, &provider).await;
    assert_eq!(waiting(&place).await.len(), 2);
    announce(&place, &outage(&place, "a", 2, &["6-1", "6-3"])).await;
    tell(&place, &provider).await;
    let changed = expected(&[
        ("+38640000001", OutageNews::Changed, &["6-1"]),
        ("+38640000002", OutageNews::Spared, &["6-2"]),
        ("+38640000003", OutageNews::Announced, &["6-3"]),
    ]);
    assert_eq!(waiting(&place).await, changed);
    let off = Outage { state: OutageState::Cancelled, ..outage(&place, "a", 3, &["6-1", "6-3"]) };
    announce(&place, &off).await;
    tell(&place, &provider).await;
    let called_off = expected(&[
        ("+38640000001", OutageNews::Cancelled, &["6-1"]),
        ("+38640000003", OutageNews::Cancelled, &["6-3"]),
    ]);
    assert_eq!(waiting(&place).await, called_off);
}

async fn what_was_never_told_is_not_called_off(place: Place) {
    let provider = office::gas();
    sign_up(&place, &phone("+38640111222"), "6-1").await;
    let first = outage(&place, "a", 1, &["6-1"]);
    // held back by quiet hours, and called off before they end
    let later = Schedule { notice: place.now + SignedDuration::from_hours(6), ..schedule(&place, &first) };
    announce_at(&place, &first, later).await;
    assert_eq!(claim(&place, place.now).await, None);
    announce(&place, &Outage { state: OutageState::Cancelled, revision: 2, ..first }).await;
    assert_eq!(tell(&place, &provider).await, 0);
    assert_eq!(claim(&place, later.notice).await, None, "the first revision is never told");
}

async fn a_reminder_comes_at_its_time_and_not_after_a_change(place: Place) {
    let provider = office::gas();
    sign_up(&place, &phone("+38640111222"), "6-1").await;
    let first = outage(&place, "a", 1, &["6-1"]);
    let reminder = place.now + SignedDuration::from_hours(5);
    let with = Schedule { reminder: Some(reminder), ..schedule(&place, &first) };
    announce_at(&place, &first, with).await;
    tell(&place, &provider).await;
    assert_eq!(claim(&place, place.now).await, None, "it is not due yet");
    let second = outage(&place, "a", 2, &["6-1"]);
    announce_at(&place, &second, with).await;
    tell(&place, &provider).await;
    waiting(&place).await;
    let due = claim(&place, reminder).await.unwrap();
    assert_eq!((due.kind, due.revision), (NoticeKind::Reminder, 2));
    assert_eq!(portion(&place, &provider, &due, 100).await, Portion::Done(1));
    assert_eq!(waiting(&place).await, expected(&[("+38640111222", OutageNews::Reminder, &["6-1"])]));
    assert_eq!(claim(&place, reminder).await, None, "that of the first revision is gone");
}

async fn nothing_is_told_of_an_outage_that_is_over(place: Place) {
    let provider = office::gas();
    sign_up(&place, &phone("+38640111222"), "6-1").await;
    let first = outage(&place, "a", 1, &["6-1"]);
    announce_at(&place, &first, Schedule { until: place.now, ..schedule(&place, &first) }).await;
    assert_eq!(tell(&place, &provider).await, 0);
    assert_eq!(waiting(&place).await, []);
}

/// A hundred phones, told in portions of seven by two who hold it in turn.
async fn what_was_broken_off_goes_on_where_it_was_and_doubles_nothing(place: Place) {
    let provider = office::gas();
    let numbers: Vec<String> = (0..40).map(|n| format!("6-{n}")).collect();
    for (n, number) in numbers.iter().enumerate() {
        sign_up(&place, &phone(&format!("+386401112{n:02}")), number).await;
    }
    let points: Vec<&str> = numbers.iter().map(String::as_str).collect();
    announce(&place, &outage(&place, "a", 1, &points)).await;
    let first = claim(&place, place.now).await.unwrap();
    assert_eq!(claim(&place, place.now).await, None, "somebody holds it");
    assert!(matches!(portion(&place, &provider, &first, 7).await, Portion::Told(_)));
    // the first one dies; when its lease is over, another one goes on
    let second = claim(&place, place.now + LEASE).await.unwrap();
    assert_eq!(second.attempt, first.attempt + 1);
    assert_eq!(portion(&place, &provider, &first, 7).await, Portion::Lost, "whoever wakes up again changes nothing");
    let mut portions = 0;
    while let Portion::Told(_) = portion(&place, &provider, &second, 7).await {
        portions += 1;
    }
    assert!(portions > 3, "only {portions} portions");
    let mut by_address = BTreeMap::new();
    for (address, ..) in waiting(&place).await {
        *by_address.entry(address).or_insert(0) += 1;
    }
    assert_eq!(by_address.len(), 40);
    assert!(by_address.values().all(|count| *count == 1), "{by_address:?}");
}

async fn whoever_signs_off_is_told_nothing_more(place: Place) {
    let provider = office::gas();
    let hers = phone("+38640111222");
    let SignedUp::Subscribed(subscribed) = sign_up(&place, &hers, "6-1").await else { panic!("she is not signed up") };
    announce(&place, &outage(&place, "a", 1, &["6-1"])).await;
    let which = Ending::At(hers, subscribed[0].interest.clone());
    assert_eq!(place.store.end_subscriptions(&place.tenant(), which, place.now).await.unwrap(), 1);
    assert_eq!(tell(&place, &provider).await, 0);
}

async fn an_operators_outage_is_revised_once_by_each_request(place: Place) {
    let desk = testing::desk(tenant_id("ruma"), "olga");
    let (id, provider) = (OutageId::new(), office::gas());
    sign_up(&place, &phone("+38640111222"), "6-1").await;
    let first = Outage { external_id: id.to_string().parse().unwrap(), ..outage(&place, "a", 1, &["6-1", "6-2"]) };
    let new = |outage: &Outage, method| NewRevision {
        provider: provider.id.clone(),
        id,
        outage: outage.clone(),
        schedule: Some(schedule(&place, outage)),
        key: key(method),
        now: place.now,
    };
    let published = new(&first, "PublishOutage");
    assert_eq!(place.store.revise(&desk, published.clone()).await.unwrap(), Revised::Now);
    assert_eq!(place.store.revise(&desk, published).await.unwrap(), Revised::Before);
    let second = Outage { revision: 2, state: OutageState::Changed, ..first.clone() };
    assert_eq!(place.store.revise(&desk, new(&second, "ChangeOutage")).await.unwrap(), Revised::Now);
    assert_eq!(place.store.revise(&desk, new(&second, "ChangeOutage")).await.unwrap(), Revised::Meanwhile);
    assert_eq!(tell(&place, &provider).await, 1);
    let standing = place.store.standing(&desk, &provider.id, id).await.unwrap().unwrap();
    assert_eq!((standing.points, standing.outage.revision), (2, 2));
    let notices: Vec<_> = standing.notices.iter().map(|it| (it.revision, it.told, it.is_superseded)).collect();
    assert_eq!(notices, [(1, 0, true), (2, 1, false)]);
    let listed = place.store.standings(&desk, &provider.id, None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].points), (1, 2));
    let points = ["6-1", "6-7"].map(|number| number.parse().unwrap());
    let reach = place.store.reach(&desk, &provider.id, &points).await.unwrap();
    assert_eq!(reach, [(Channel::Email, 0), (Channel::Sms, 1)]);
}

crate::on_both_databases!(
    several_points_of_a_person_share_one_message,
    a_revision_that_comes_twice_is_told_once,
    everybody_is_told_what_changed_for_them,
    what_was_never_told_is_not_called_off,
    a_reminder_comes_at_its_time_and_not_after_a_change,
    nothing_is_told_of_an_outage_that_is_over,
    what_was_broken_off_goes_on_where_it_was_and_doubles_nothing,
    whoever_signs_off_is_told_nothing_more,
    an_operators_outage_is_revised_once_by_each_request,
);

//! Pages of feeds of changes.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use komunala_app::ports::{
    Accounts, Copies, Feeds, Readings,
    accounts::AccountFilter,
    billing::{ChangeKind, ChangePage, ChangedRecord, Upsert},
    copies::{CopyKind, DocumentCopy},
    feeds::{FeedTask, Kept, NewPage, Turn},
    readings::ReadingsOf,
};
use komunala_app::scope::UserScope;
use komunala_domain::{CustomerAccount, Invoice, Sha256, document::PDF, ids::AccountId};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use uuid::Uuid;

use crate::{place::Place, samples};

fn turn(task: FeedTask) -> Turn {
    Turn { provider: "gas".parse().unwrap(), task, holder: Uuid::now_v7() }
}

async fn taken(place: &Place) -> Turn {
    let turn = turn(FeedTask::Changes);
    assert!(place.store.take_turn(&place.tenant(), &turn, until(place), place.now).await.unwrap());
    turn
}

fn until(place: &Place) -> Timestamp {
    place.now + SignedDuration::from_mins(10)
}

fn empty(next: &str) -> ChangePage {
    ChangePage { upserts: vec![], tombstones: vec![], touched: vec![], problems: vec![], next: next.to_owned() }
}

fn upsert(account: &str, invoice: Invoice, version: u64) -> Upsert {
    let account = Some(account.parse().unwrap());
    Upsert { version, record: ChangedRecord::Invoice { account, invoice: Box::new(invoice) } }
}

async fn keep(place: &Place, turn: &Turn, page: &ChangePage) -> Kept {
    let new = NewPage { kind: ChangeKind::Invoice, page, asked_at: place.now, until: until(place), now: place.now };
    place.store.keep_page(&place.tenant(), turn, new).await.unwrap()
}

async fn account_of(place: &Place, user: &UserScope) -> AccountId {
    Accounts::list(&place.store, user, &AccountFilter::All, None, 1).await.unwrap()[0].id
}

async fn totals(place: &Place, user: &UserScope) -> BTreeMap<String, i64> {
    let copies = place.store.invoices(user, &AccountFilter::All, None, 1000).await.unwrap();
    copies.into_iter().map(|copy| (copy.invoice.external_id.to_string(), copy.invoice.total.minor)).collect()
}

/// What happened to one invoice, in the order it happened: versions, and perhaps its removal.
#[derive(Debug, Clone)]
struct History {
    versions: u64,
    is_removed: bool,
}

/// Which event of which invoice comes when, some of them twice.
fn deliveries() -> impl Strategy<Value = (Vec<History>, Vec<(usize, u64)>, usize)> {
    let history = (1..4_u64, any::<bool>()).prop_map(|(versions, is_removed)| History { versions, is_removed });
    (prop::collection::vec(history, 1..8), 1..5_usize).prop_flat_map(|(histories, size)| {
        let events: Vec<_> = histories
            .iter()
            .enumerate()
            .flat_map(|(n, history)| {
                (1..=history.versions + u64::from(history.is_removed)).map(move |event| (n, event))
            })
            .collect();
        let twice = prop::sample::subsequence(events.clone(), 0..=events.len());
        (Just(histories), twice, Just(size)).prop_flat_map(move |(histories, twice, size)| {
            let all: Vec<_> = events.iter().copied().chain(twice).collect();
            (Just(histories), Just(all).prop_shuffle(), Just(size))
        })
    })
}

async fn pages_in_any_order_and_twice_come_to_the_same_as_the_newest_once(place: Place) {
    let mut runner = TestRunner::deterministic();
    for case in 0..16 {
        let (histories, events, size) = deliveries().new_tree(&mut runner).unwrap().current();
        let (name, account) = (format!("ana-{case}"), format!("A-{case}"));
        let ana = place.user(&name, &account).await;
        let turn = Turn { provider: "gas".parse().unwrap(), task: FeedTask::Changes, holder: Uuid::now_v7() };
        let later = place.now + SignedDuration::from_mins(case);
        assert!(place.store.take_turn(&place.tenant(), &turn, later, later).await.unwrap());

        let id = |n: usize| format!("{case}-{n}");
        let invoice = |n: usize, version: u64| {
            let mut invoice = samples::invoice(i32::try_from(n).unwrap());
            invoice.external_id = id(n).parse().unwrap();
            invoice.total.minor = i64::try_from(version).unwrap();
            invoice
        };
        for (number, events) in events.chunks(size).enumerate() {
            let mut page = empty(&number.to_string());
            for (n, event) in events {
                if *event > histories[*n].versions {
                    page.tombstones.push(id(*n).parse().unwrap());
                } else {
                    page.upserts.push(upsert(&account, invoice(*n, *event), *event));
                }
            }
            let new =
                NewPage { kind: ChangeKind::Invoice, page: &page, asked_at: place.now, until: later, now: place.now };
            let kept = place.store.keep_page(&place.tenant(), &turn, new).await.unwrap();
            assert!(matches!(kept, Kept::Applied { .. }), "{kept:?}");
        }
        let newest: BTreeMap<_, _> = histories
            .iter()
            .enumerate()
            .filter(|(_, history)| !history.is_removed)
            .map(|(n, history)| (id(n), i64::try_from(history.versions).unwrap()))
            .collect();
        assert_eq!(totals(&place, &ana).await, newest, "case {case}: {histories:?} {events:?}");
    }
}

async fn only_what_belongs_to_linked_accounts_is_kept_and_the_cursor_moves_on(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.registered("unconfirmed", "A-2").await;
    let turn = taken(&place).await;
    let mut page = empty("c-2");
    for (n, account) in [(1, "A-1"), (2, "A-2"), (3, "A-3")] {
        page.upserts.push(upsert(account, samples::invoice(n), 1));
    }
    let account = account_of(&place, &ana).await;
    assert_eq!(keep(&place, &turn, &page).await, Kept::Applied { accounts: vec![account], records: 1 });
    assert_eq!(totals(&place, &ana).await.len(), 1);
    let here = place.store.place(&place.tenant(), &turn.provider, ChangeKind::Invoice).await.unwrap();
    assert_eq!((here.cursor.as_deref(), here.caught_up_at), (Some("c-2"), None));
}

async fn a_feed_tells_when_it_came_on_last_and_since_when_it_does_not(place: Place) {
    let turn = taken(&place).await;
    let (tenant, provider) = (place.tenant(), &turn.provider);
    let at = |minutes| place.now + SignedDuration::from_mins(minutes);
    let keep = async |minutes| {
        let page = empty("c-1");
        let new = NewPage {
            kind: ChangeKind::Invoice,
            page: &page,
            asked_at: place.now,
            until: until(&place),
            now: at(minutes),
        };
        place.store.keep_page(&tenant, &turn, new).await.unwrap()
    };
    let failed = async |turn: &Turn, minutes| {
        place.store.failed(&tenant, turn, ChangeKind::Invoice, at(minutes)).await.unwrap();
    };
    let here = async || {
        let here = place.store.place(&tenant, provider, ChangeKind::Invoice).await.unwrap();
        (here.cursor, here.kept_at, here.failing_since)
    };
    failed(&turn, 1).await;
    failed(&turn, 2).await;
    assert_eq!(here().await, (None, None, Some(at(1))));
    keep(3).await;
    assert_eq!(here().await, (Some("c-1".to_owned()), Some(at(3)), None));
    keep(4).await;
    failed(&turn, 5).await;
    // whose turn it is not tells nothing
    failed(&Turn { holder: Uuid::now_v7(), ..turn.clone() }, 6).await;
    assert_eq!(here().await, (Some("c-1".to_owned()), Some(at(4)), Some(at(5))));
}

async fn a_feed_that_is_no_more_begins_anew_when_it_comes_back(place: Place) {
    let turn = taken(&place).await;
    let (tenant, provider) = (place.tenant(), &turn.provider);
    let here = async || {
        let here = place.store.place(&tenant, provider, ChangeKind::Invoice).await.unwrap();
        (here.cursor, here.caught_up_at, here.failing_since)
    };
    keep(&place, &turn, &empty("c-1")).await;
    place.store.failed(&tenant, &turn, ChangeKind::Invoice, place.now).await.unwrap();
    let later = place.now + SignedDuration::from_mins(1);
    place.store.has_none(&tenant, &turn, ChangeKind::Invoice, later).await.unwrap();
    assert_eq!(here().await, (None, Some(later), None));
    // whose turn it is not tells nothing
    let others = Turn { holder: Uuid::now_v7(), ..turn.clone() };
    place.store.has_none(&tenant, &others, ChangeKind::Invoice, place.now).await.unwrap();
    assert_eq!(here().await, (None, Some(later), None));
}

async fn a_page_of_many_accounts_keeps_to_each_its_own(place: Place) {
    let mut people = Vec::new();
    for n in 0..3 {
        people.push(place.user(&format!("user-{n}"), &format!("A-{n}")).await);
    }
    let turn = taken(&place).await;
    let bill = |account: usize, n: i32, version: u64| {
        let mut invoice = samples::invoice(n);
        invoice.external_id = format!("{account}-{n}").parse().unwrap();
        invoice.total.minor = i64::try_from(version).unwrap();
        upsert(&format!("A-{account}"), invoice, version)
    };
    let page = |upserts, next| ChangePage { upserts, ..empty(next) };
    keep(&place, &turn, &page(vec![bill(0, 1, 1), bill(1, 1, 1), bill(1, 2, 1)], "c-1")).await;
    let mut ids = BTreeMap::new();
    for user in &people {
        for copy in place.store.invoices(user, &AccountFilter::All, None, 9).await.unwrap() {
            let digest = u8::try_from(ids.len()).unwrap();
            let document = DocumentCopy { sha256: Sha256([digest; 32]), size: 1, media_type: PDF.to_owned() };
            assert!(place.fetched(user, (copy.account, copy.id), &document).await);
            ids.insert(copy.invoice.external_id.to_string(), copy.id);
        }
    }
    // one that changed, one that did not though its version did, one that is late, two that are new
    let mut same = bill(1, 1, 2);
    if let ChangedRecord::Invoice { invoice, .. } = &mut same.record {
        invoice.total.minor = 1;
    }
    let upserts = vec![bill(2, 1, 1), bill(0, 1, 5), same, bill(1, 2, 1), bill(0, 2, 1), bill(0, 2, 3)];
    let Kept::Applied { accounts, records } = keep(&place, &turn, &page(upserts, "c-2")).await else { panic!() };
    assert_eq!((accounts.len(), records), (3, 6));
    let mut kept = Vec::new();
    for user in &people {
        for copy in place.store.invoices(user, &AccountFilter::All, None, 9).await.unwrap() {
            let name = copy.invoice.external_id.to_string();
            assert!(ids.get(&name).is_none_or(|id| *id == copy.id), "{name} has another id than before");
            assert_eq!((copy.points.len(), copy.as_of), (1, place.now));
            kept.push((name, copy.invoice.total.minor, copy.document.is_some()));
        }
    }
    kept.sort();
    let row = |name: &str, total, has_document| (name.to_owned(), total, has_document);
    let wanted = [row("0-1", 5, false), row("0-2", 3, false), row("1-1", 1, true), row("1-2", 1, true)];
    assert_eq!(kept, [&wanted[..], &[row("2-1", 1, false)]].concat());
}

async fn a_page_of_accounts_and_one_of_readings_keep_to_each_its_own(place: Place) {
    let people = [place.user("ana", "A-1").await, place.user("boris", "A-2").await, place.user("eva", "A-3").await];
    let turn = taken(&place).await;
    let keep = async |kind, records: Vec<ChangedRecord>, version| {
        let upserts = records.into_iter().map(|record| Upsert { version, record }).collect();
        let page = ChangePage { upserts, ..empty("next") };
        let new = NewPage { kind, page: &page, asked_at: place.now, until: until(&place), now: place.now };
        place.store.keep_page(&place.tenant(), &turn, new).await.unwrap()
    };
    let named = |account: &str, name: &str| {
        let copy = CustomerAccount { name: Some(name.to_owned()), ..samples::account(account, "M-1") };
        ChangedRecord::Account(Box::new(copy))
    };
    keep(ChangeKind::Account, vec![named("A-1", "Ана Анић"), named("A-2", "Борис Борић")], 1).await;
    let listed = async |user: &UserScope| {
        Accounts::list(&place.store, user, &AccountFilter::All, None, 1).await.unwrap().remove(0)
    };
    let before = [listed(&people[0]).await, listed(&people[1]).await];
    // one has another holder by now, one is heard of for the first time
    let news = vec![named("A-1", "Ана Анић"), named("A-2", "Вера Верић"), named("A-3", "Ева Евић")];
    keep(ChangeKind::Account, news, 2).await;
    let after = [listed(&people[0]).await, listed(&people[1]).await, listed(&people[2]).await];
    assert_eq!(after.each_ref().map(|account| account.is_suspended), [false, true, false]);
    assert_eq!(after[0].copy.as_ref().unwrap().points, before[0].copy.as_ref().unwrap().points);
    assert_eq!(after[2].copy.as_ref().unwrap().account.name.as_deref(), Some("Ева Евић"));

    let read = |account: &str, day: &str, value: &str| {
        ChangedRecord::Reading(Box::new(samples::reading(account, "M-1", day, value)))
    };
    let first = vec![read("A-1", "2024-07-03", "100"), read("A-3", "2024-07-03", "300")];
    keep(ChangeKind::Reading, first, 1).await;
    let second =
        vec![read("A-1", "2024-07-03", "101"), read("A-1", "2024-08-03", "200"), read("A-3", "2024-07-03", "300")];
    keep(ChangeKind::Reading, second, 2).await;
    for (user, account, wanted) in [(&people[0], &after[0], &["200", "101"][..]), (&people[2], &after[2], &["300"])] {
        let meter = account.copy.as_ref().unwrap().points[0].meters[0];
        let of_meter = Readings::list(&place.store, user, ReadingsOf::Meter(meter), None, 9).await.unwrap();
        let values: Vec<_> = of_meter.iter().map(|copy| copy.reading.registers[0].value.to_string()).collect();
        assert_eq!(values, wanted);
    }
}

async fn a_bill_that_another_customer_claims_refuses_its_page(place: Place) {
    let ana = place.user("ana", "A-1").await;
    place.user("boris", "A-2").await;
    let turn = taken(&place).await;
    keep(&place, &turn, &ChangePage { upserts: vec![upsert("A-1", samples::invoice(1), 1)], ..empty("c-1") }).await;
    let before = totals(&place, &ana).await;
    for claimant in ["A-2", "A-unknown"] {
        let stolen = upsert(claimant, samples::invoice(1), 9);
        let page = ChangePage { upserts: vec![upsert("A-1", samples::invoice(2), 1), stolen], ..empty("c-2") };
        assert!(matches!(keep(&place, &turn, &page).await, Kept::Foreign { .. }));
    }
    assert_eq!(totals(&place, &ana).await, before);
    let here = place.store.place(&place.tenant(), &turn.provider, ChangeKind::Invoice).await.unwrap();
    assert_eq!(here.cursor.as_deref(), Some("c-1"));
}

async fn one_replica_at_a_time_has_the_turn_and_a_dead_one_loses_it(place: Place) {
    let (mine, other) = (taken(&place).await, turn(FeedTask::Changes));
    let take = |turn: Turn, now| {
        let store = place.store.clone();
        let tenant = place.tenant();
        async move { store.take_turn(&tenant, &turn, now + SignedDuration::from_mins(10), now).await.unwrap() }
    };
    assert!(!take(other.clone(), place.now + SignedDuration::from_mins(9)).await);
    assert!(take(turn(FeedTask::Files), place.now).await, "other work has a turn of its own");
    assert!(take(other.clone(), place.now + SignedDuration::from_mins(10)).await);
    assert_eq!(keep(&place, &mine, &empty("late")).await, Kept::TurnLost);
    let here = place.store.place(&place.tenant(), &mine.provider, ChangeKind::Invoice).await.unwrap();
    assert_eq!(here.cursor, None);

    let due = place.now + SignedDuration::from_hours(1);
    place.store.end_turn(&place.tenant(), &other, due).await.unwrap();
    assert!(!take(mine.clone(), due - SignedDuration::from_secs(1)).await, "it is not due yet");
    assert!(take(mine, due).await);
}

async fn a_feed_at_its_end_makes_the_copies_it_kept_whole_as_young(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let boris = place.user("boris", "A-2").await;
    let (turn, account) = (taken(&place).await, account_of(&place, &ana).await);
    let before = place.now - SignedDuration::from_hours(1);
    place.store.keep_invoices(ana.tenant(), account, &samples::invoices(2), before).await.unwrap();
    let accounts = [account, account_of(&place, &boris).await];
    place.store.caught_up(&place.tenant(), &turn, ChangeKind::Invoice, &accounts, place.now).await.unwrap();
    for (user, as_of) in [(&ana, Some(place.now)), (&boris, None)] {
        let ages = place.store.ages(user, &AccountFilter::All, CopyKind::Invoices).await.unwrap();
        assert_eq!(ages[0].as_of, as_of, "a copy that was never made is not made by a feed");
    }
}

async fn touched_accounts_are_due_until_they_were_asked_and_not_all_the_time(place: Place) {
    place.user("ana", "A-1").await;
    let turn = taken(&place).await;
    let (tenant, provider) = (place.tenant(), turn.provider.clone());
    let due = |minutes| {
        let (store, tenant, provider) = (place.store.clone(), tenant.clone(), provider.clone());
        let now = place.now + SignedDuration::from_mins(minutes);
        async move { store.due_accounts(&tenant, &provider, None, 10, now).await.unwrap() }
    };
    assert!(due(0).await.is_empty());
    let touched = (0..3000).map(|n| format!("A-{n}").parse().unwrap()).collect();
    keep(&place, &turn, &ChangePage { touched, ..empty("c-1") }).await;
    let found = due(0).await;
    assert_eq!(found.iter().map(|age| age.external_id.as_str()).collect::<Vec<_>>(), ["A-1"]);
    assert!(due(30).await.is_empty(), "it was handed out a moment ago");
    assert_eq!(due(60).await.len(), 1, "nobody has asked about it");
    place.store.asked(&tenant, found[0].account, place.now).await.unwrap();
    assert!(due(180).await.is_empty());
}

async fn where_there_is_no_feed_the_oldest_copies_are_due_first(place: Place) {
    let mut accounts = Vec::new();
    for (n, name) in ["ana", "boris", "vera"].into_iter().enumerate() {
        let user = place.user(name, &format!("A-{n}")).await;
        let account = account_of(&place, &user).await;
        let age = SignedDuration::from_hours(9 - i64::try_from(n).unwrap() * 4);
        place.store.keep_invoices(user.tenant(), account, &[], place.now - age).await.unwrap();
        accounts.push(account);
    }
    let older_than = Some(place.now - SignedDuration::from_hours(2));
    let (tenant, provider) = (place.tenant(), "gas".parse().unwrap());
    let due = |limit| place.store.due_accounts(&tenant, &provider, older_than, limit, place.now);
    assert_eq!(due(1).await.unwrap()[0].account, accounts[0]);
    assert_eq!(due(5).await.unwrap().iter().map(|age| age.account).collect::<Vec<_>>(), [accounts[1]]);
}

crate::on_both_databases!(
    pages_in_any_order_and_twice_come_to_the_same_as_the_newest_once,
    only_what_belongs_to_linked_accounts_is_kept_and_the_cursor_moves_on,
    a_feed_tells_when_it_came_on_last_and_since_when_it_does_not,
    a_feed_that_is_no_more_begins_anew_when_it_comes_back,
    a_page_of_many_accounts_keeps_to_each_its_own,
    a_page_of_accounts_and_one_of_readings_keep_to_each_its_own,
    a_bill_that_another_customer_claims_refuses_its_page,
    one_replica_at_a_time_has_the_turn_and_a_dead_one_loses_it,
    a_feed_at_its_end_makes_the_copies_it_kept_whole_as_young,
    touched_accounts_are_due_until_they_were_asked_and_not_all_the_time,
    where_there_is_no_feed_the_oldest_copies_are_due_first,
);

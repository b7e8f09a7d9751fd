//! The feed of changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use komunala_simulators::gas::Kind;
use komunala_simulators::{Month, Paging};
use serde_json::{Value, json};

use crate::client::{Caller, refused, text};

/// What a reader of the feed has gathered.
#[derive(Debug, Default)]
struct Copy {
    upserts: Vec<Value>,
    tombstones: Vec<String>,
    pages: usize,
    cursor: String,
}

/// Reads a feed from a cursor to its end.
async fn follow(caller: &Caller, kind: &str, since: Option<&str>, size: usize) -> Copy {
    let mut copy = Copy { cursor: since.unwrap_or_default().to_owned(), ..Copy::default() };
    loop {
        let since = if copy.cursor.is_empty() { String::new() } else { format!("&since={}", copy.cursor) };
        let answer = caller.get(&format!("/v1/changes?kind={kind}&size={size}{since}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = answer.json();
        let (upserts, tombstones) = (page["upserts"].as_array().unwrap(), page["tombstones"].as_array().unwrap());
        assert!(upserts.len() + tombstones.len() <= size, "size counts both");
        copy.upserts.extend(upserts.iter().cloned());
        copy.tombstones.extend(tombstones.iter().map(text));
        copy.pages += 1;
        let next = text(&page["next"]);
        if next == copy.cursor {
            return copy;
        }
        copy.cursor = next;
    }
}

/// The newest version of each object, by the fields that it is known by.
fn newest(upserts: &[Value], known_by: &[&str]) -> BTreeMap<Vec<String>, Value> {
    let mut objects: BTreeMap<Vec<String>, Value> = BTreeMap::new();
    for object in upserts {
        let id = known_by.iter().map(|field| text(&object[*field])).collect();
        let version = object["version"].as_u64().expect("version is an integer");
        let known = objects.get(&id).and_then(|known| known["version"].as_u64());
        if known.is_none_or(|known| known < version) {
            objects.insert(id, object.clone());
        }
    }
    objects
}

#[tokio::test]
async fn the_feed_brings_every_account_once_and_then_stands_still() {
    let caller = Caller::new().await;
    let copy = follow(&caller, "account", None, 20).await;
    let closed = caller.customer(Kind::Closed).account_id();
    assert_eq!(newest(&copy.upserts, &["accountId"]).len(), 249);
    assert_eq!(copy.tombstones, [closed]);
    assert!(copy.pages >= 13);
    let again = caller.get(&format!("/v1/changes?kind=account&since={}", copy.cursor)).await.json();
    assert_eq!(again, json!({"upserts": [], "tombstones": [], "next": copy.cursor}));
}

#[tokio::test]
async fn an_upsert_is_the_whole_object_with_a_version() {
    let caller = Caller::new().await;
    let customer = caller.ordinary();
    for (kind, path, field) in [
        ("account", format!("/v1/accounts/{}", customer.account_id()), "accountId"),
        ("invoice", format!("/v1/invoices/24-07-{}", customer.number()), "invoiceNo"),
    ] {
        let mut object = caller.get(&path).await.json();
        let copy = follow(&caller, kind, None, 200).await;
        let upsert = copy.upserts.iter().find(|upsert| upsert[field] == object[field]).unwrap();
        assert!(upsert["version"].is_u64());
        object["version"] = upsert["version"].clone();
        assert_eq!(*upsert, object);
    }
}

#[tokio::test]
async fn without_a_cursor_invoices_and_readings_begin_three_months_back() {
    let caller = Caller::new().await;
    let invoices = follow(&caller, "invoice", None, 200).await.upserts;
    let periods: BTreeSet<String> = invoices.iter().map(|invoice| text(&invoice["period"])).collect();
    assert_eq!(periods.into_iter().collect::<Vec<_>>(), ["2024-05", "2024-06", "2024-07"]);
    let readings = follow(&caller, "reading", None, 200).await.upserts;
    let months: BTreeSet<String> = readings.iter().map(|reading| text(&reading["readOn"])[..7].to_owned()).collect();
    assert_eq!(months.into_iter().collect::<Vec<_>>(), ["2024-05", "2024-06", "2024-07"]);
}

#[tokio::test]
async fn the_page_size_changes_nothing_about_what_comes() {
    let caller = Caller::new().await;
    let (small, large) = (follow(&caller, "invoice", None, 7).await, follow(&caller, "invoice", None, 200).await);
    assert_eq!((small.upserts, small.tombstones, small.cursor), (large.upserts, large.tombstones, large.cursor));
}

#[tokio::test]
async fn the_feed_and_the_lists_tell_the_same() {
    let caller = Caller::new().await;
    let copy = follow(&caller, "invoice", None, 200).await;
    let mut copied = newest(&copy.upserts, &["invoiceNo"]);
    for withdrawn in &copy.tombstones {
        copied.remove(&vec![withdrawn.clone()]);
    }
    for customer in caller.simulator.population().all().filter(|customer| customer.kind() != Kind::Closed) {
        let listed = caller.list(&format!("/v1/accounts/{}/invoices?from=2024-05", customer.account_id()), 200).await;
        for invoice in listed {
            let mut upsert =
                copied.remove(&vec![text(&invoice["invoiceNo"])]).expect("a listed invoice is in the feed");
            upsert.as_object_mut().unwrap().remove("version");
            assert_eq!(upsert, invoice);
        }
    }
    assert!(copied.is_empty(), "{copied:?}");
}

#[tokio::test]
async fn next_months_bills_and_a_withdrawn_one_come_after_the_cursor() {
    let caller = Caller::new().await;
    let cursor = follow(&caller, "invoice", None, 200).await.cursor;
    caller.simulator.clock.fix(Date::constant(2024, 9, 3));
    let copy = follow(&caller, "invoice", Some(&cursor), 50).await;
    assert!(copy.upserts.len() >= 249 && copy.upserts.iter().all(|invoice| invoice["period"] == "2024-08"));
    assert_eq!(copy.tombstones, [format!("24-07-{}-D", caller.customer(Kind::Withdrawn).number())]);
}

#[tokio::test]
async fn a_period_that_is_held_back_comes_when_it_is_closed() {
    let caller = Caller::new().await;
    caller.simulator.switches.change(|switches| switches.open_from = Some(Month::new(2024, 7)));
    let before = follow(&caller, "invoice", None, 200).await;
    assert!(before.upserts.iter().all(|invoice| invoice["period"] != "2024-07"));
    caller.simulator.switches.clear();
    let after = follow(&caller, "invoice", Some(&before.cursor), 200).await;
    assert!(after.upserts.len() >= 249 && after.upserts.iter().all(|invoice| invoice["period"] == "2024-07"));
}

#[tokio::test]
async fn a_submitted_reading_comes_in_the_feed_and_a_replacement_has_a_higher_version() {
    let caller = Caller::new().await;
    let cursor = follow(&caller, "reading", None, 200).await.cursor;
    let (point, serial, reading) = caller.meter(caller.ordinary()).await;
    let newest_value: i64 = text(&reading["value"]).parse().unwrap();
    for (key, value) in [("k1", newest_value + 20), ("k2", newest_value + 9)] {
        let body = json!({"pointId": point, "serial": serial, "readOn": "2024-08-15", "value": value.to_string()});
        assert_eq!(caller.write("/v1/readings", key, body).await.status, 202);
    }
    let copy = follow(&caller, "reading", Some(&cursor), 1).await;
    assert_eq!(copy.upserts.len(), 2);
    let newest = newest(&copy.upserts, &["pointId", "serial", "readOn"]);
    assert_eq!(newest.into_values().next().unwrap()["value"], json!((newest_value + 9).to_string()));
}

#[tokio::test]
async fn an_account_that_closes_leaves_a_tombstone_after_the_cursor() {
    let caller = Caller::new().await;
    let cursor = follow(&caller, "account", None, 200).await.cursor;
    caller.simulator.close_account(caller.ordinary());
    let closed = caller.simulator.population().at(0).unwrap();
    let copy = follow(&caller, "account", Some(&cursor), 200).await;
    assert_eq!((copy.upserts.len(), copy.tombstones), (0, vec![closed.account_id()]));
}

#[tokio::test]
async fn a_swapped_meter_brings_the_account_again_with_a_higher_version() {
    let caller = Caller::new().await;
    let account = caller.customer(Kind::MeterSwap).account_id();
    let first = follow(&caller, "account", None, 200).await;
    let version = |copy: &Copy| {
        copy.upserts
            .iter()
            .filter(|object| object["accountId"] == account)
            .map(|object| object["version"].as_u64())
            .max()
    };
    caller.simulator.clock.fix(Date::constant(2025, 12, 15));
    let later = follow(&caller, "account", Some(&first.cursor), 200).await;
    assert!(version(&later) > version(&first));
}

#[tokio::test]
async fn a_cursor_belongs_to_its_kind() {
    let caller = Caller::new().await;
    let cursor = follow(&caller, "account", None, 200).await.cursor;
    for (kind, since) in
        [("invoice", cursor.as_str()), ("reading", &cursor), ("account", "nonsense"), ("account", "a.1.2")]
    {
        let answer = caller.get(&format!("/v1/changes?kind={kind}&since={since}")).await;
        assert_eq!(answer.refusal(), refused(400, "BAD_CURSOR"), "{kind} {since}");
    }
    assert_eq!(caller.get("/v1/changes?kind=weather").await.refusal(), refused(400, "BAD_VALUE"));
    assert_eq!(caller.get("/v1/changes").await.refusal(), refused(400, "BAD_VALUE"));
}

#[tokio::test]
async fn outdated_versions_and_duplicates_change_nothing_for_who_minds_the_version() {
    let caller = Caller::new().await;
    let plain = newest(&follow(&caller, "invoice", None, 200).await.upserts, &["invoiceNo"]);
    caller.simulator.switches.change(|switches| {
        switches.outdated_versions = true;
        switches.paging = Paging::DuplicateItems;
    });
    let disturbed = follow(&caller, "invoice", None, 200).await.upserts;
    assert_eq!(disturbed.len(), plain.len() * 3);
    assert!(disturbed.iter().any(|invoice| invoice["total"] == "0.01"));
    assert_eq!(newest(&disturbed, &["invoiceNo"]), plain);
}

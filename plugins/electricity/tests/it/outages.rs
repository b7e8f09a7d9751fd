//! Outages by cursor.

use komunala_adapter_sdk::{
    http::{Recorded, Response},
    outages::{OutagePage, OutageState},
};

use crate::recorded::Distributor;

fn outage(id: &str, revision: u32, changed: &str, state: &str) -> String {
    format!(
        r#"{{"id":"{id}","revision":{revision},"spremenjeno":"{changed}","od":"2024-08-20T08:00:00+02:00",
            "do":"2024-08-20T10:00:00+02:00","razlog":"Vzdrževanje","stanje":"{state}","merilnaMesta":["6-123456"]}}"#
    )
}

fn ids(page: &OutagePage) -> Vec<&str> {
    page.items.iter().map(|outage| outage.id.as_str()).collect()
}

#[test]
fn what_is_announced_is_read_page_by_page_and_goes_on_where_it_stopped() {
    let at = "2024-08-15T10:00:00+02:00";
    let all = format!(
        "[{},{},{}]",
        outage("c", 3, at, "PREKLICAN"),
        outage("a", 1, "2024-08-14T10:00:00+02:00", "NAPOVEDAN"),
        outage("b", 2, at, "SPREMENJEN")
    );
    let recorded = Recorded::new([
        Response::of(200, &all),
        Response::of(200, &all),
        Response::of(200, &all),
        Response::of(200, "[]"),
    ]);
    let first = recorded.system().outages(None, 2).unwrap();
    assert_eq!((ids(&first), first.at_end), (vec!["a", "b"], false));
    assert_eq!((first.items[0].state, first.items[1].state), (OutageState::Announced, OutageState::Changed));
    let second = recorded.system().outages(Some(&first.next), 2).unwrap();
    assert_eq!((ids(&second), second.at_end), (vec!["c"], true));
    assert_eq!((second.items[0].state, second.items[0].revision), (OutageState::Cancelled, 3));
    // more may have changed at the very moment: it is asked for again
    let third = recorded.system().outages(Some(&second.next), 200).unwrap();
    assert!(ids(&third).contains(&"b") && ids(&third).contains(&"c"));
    let fourth = recorded.system().outages(Some(&third.next), 2).unwrap();
    assert_eq!((ids(&fourth).len(), &fourth.next), (0, &third.next));
    let lines = recorded.lines();
    assert_eq!(lines[0], "Get /el/izklopi");
    assert_eq!(lines[1], "Get /el/izklopi?since=2024-08-15T08%3A00%3A00%2B00%3A00");
}

#[test]
fn a_revision_that_comes_twice_is_one() {
    let (a, b) = (
        outage("a", 1, "2024-08-14T10:00:00+02:00", "NAPOVEDAN"),
        outage("b", 1, "2024-08-15T10:00:00+02:00", "NAPOVEDAN"),
    );
    let recorded = Recorded::new([Response::of(200, format!("[{b},{a},{b},{a}]"))]);
    let page = recorded.system().outages(None, 2).unwrap();
    assert_eq!((ids(&page), page.at_end), (vec!["a", "b"], true));
}

#[test]
fn where_nothing_was_ever_announced_the_cursor_stays_at_the_beginning() {
    let recorded = Recorded::new([Response::of(200, "[]"), Response::of(200, "[]")]);
    let page = recorded.system().outages(None, 10).unwrap();
    assert_eq!((page.items.len(), page.at_end), (0, true));
    recorded.system().outages(Some(&page.next), 10).unwrap();
    assert_eq!(recorded.lines(), ["Get /el/izklopi", "Get /el/izklopi"]);
}

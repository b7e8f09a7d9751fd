//! Bulk synchronisation.

use komunala_adapter_sdk::{Error, http::Recorded};

use crate::recorded::{Ruma, json};

const RUMA: &str = include_str!("samples/invoice_ruma.json");

#[test]
fn a_bad_record_is_a_problem_and_the_cursor_moves_on() {
    let good = RUMA.replacen('{', r#"{"version":7,"#, 1);
    let bad =
        r#"{"version":8,"invoiceNo":"24-07-9","accountId":"a","kind":"INVOICE","total":"Petar","currency":"RSD"}"#;
    let page = format!(r#"{{"upserts":[{bad},{good},17],"tombstones":["24-06-1"],"next":"c2"}}"#);
    let recorded = Recorded::new([json(200, &page)]);
    let changes = recorded.ruma().invoice_changes(None, 100).unwrap();
    assert_eq!((changes.upserts.len(), changes.upserts[0].version), (1, 7));
    assert_eq!(changes.upserts[0].invoice.total, 431_207);
    assert_eq!(changes.tombstones, ["24-06-1"]);
    let problems: Vec<_> = changes.progress.problems.iter().map(|problem| problem.id.as_deref()).collect();
    assert_eq!(problems, [Some("24-07-9"), None]);
    assert!(changes.progress.problems.iter().all(|problem| !problem.message.contains("Petar")));
    assert_eq!((changes.progress.next.as_str(), changes.progress.at_end), ("c2", false));
    assert_eq!(recorded.lines(), ["Get /gas/v1/changes?kind=invoice&size=100"]);
}

#[test]
fn a_feed_ends_where_its_cursor_stays() {
    for next in [r#""42""#, "42"] {
        let recorded = Recorded::new([json(200, &format!(r#"{{"upserts":[],"tombstones":[],"next":{next}}}"#))]);
        assert!(recorded.ruma().account_changes(Some("42"), 5000).unwrap().progress.at_end);
        assert_eq!(recorded.lines(), ["Get /gas/v1/changes?kind=account&since=42&size=200"]);
    }
}

#[test]
fn accounts_and_readings_have_feeds_of_their_own() {
    let account = r#"{"upserts":[{"accountId":"a","customerId":"1","category":"HOUSEHOLD","name":"N","address":"A","deliveryPoints":[],"version":3}],"tombstones":["b"],"next":"1"}"#;
    let reading = r#"{"upserts":[{"pointId":"R-1","serial":"S","readOn":"2024-08-05","value":"12","source":"ESTIMATE","version":1}],"next":"1"}"#;
    let recorded = Recorded::new([json(200, account), json(200, reading)]);
    let accounts = recorded.ruma().account_changes(None, 10).unwrap();
    assert_eq!((accounts.upserts[0].version, accounts.tombstones), (3, vec!["b".to_owned()]));
    assert_eq!(recorded.ruma().reading_changes(None, 10).unwrap().upserts[0].reading.supply_point, "R-1");
    assert_eq!(recorded.lines()[1], "Get /gas/v1/changes?kind=reading&size=10");
}

#[test]
fn a_page_that_is_no_page_is_an_error() {
    for body in ["", "[]", r#"{"upserts":[]}"#] {
        assert!(matches!(Recorded::new([json(200, body)]).ruma().reading_changes(None, 10), Err(Error::Upstream(_))));
    }
}

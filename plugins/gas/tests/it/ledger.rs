//! The account card and the balance.

use komunala_adapter_sdk::{http::Recorded, ledger::EntryKind, types::DateRange};

use crate::recorded::{Ruma, first, json};

const ALL: DateRange = DateRange { first: None, last: None };

#[test]
fn rows_are_told_apart_by_all_their_fields() {
    let row = r#"{"date":"2024-08-20","kind":"PAYMENT","text":"Uplata","debit":"0.00","credit":"100.00","balance":"50.00","ref":"X"}"#;
    let other = row.replace("\"50.00\"", "\"-50.00\"");
    let page = format!(r#"{{"items":[{row},{row},{other}],"page":1,"pages":1}}"#);
    let recorded = Recorded::new([json(200, &page), json(200, &page)]);
    let ledger = recorded.ruma().ledger("a-7f31", &ALL, &first(200)).unwrap();
    assert_eq!(ledger.items.len(), 2);
    assert_ne!(ledger.items[0].id, ledger.items[1].id);
    let entry = &ledger.items[0];
    assert_eq!((entry.kind, entry.credit, entry.balance), (EntryKind::Payment, Some(10_000), Some(5000)));
    assert_eq!((ledger.currency.as_str(), &entry.issuer, ledger.next), ("RSD", &None, None));
    // The same row of another account is another row.
    let elsewhere = recorded.ruma().ledger("b", &ALL, &first(200)).unwrap();
    assert_ne!(elsewhere.items[0].id, entry.id);
}

#[test]
fn rows_of_two_issuers_say_whose_they_are() {
    let page = r#"{"items":[
        {"date":"2024-08-11","kind":"INVOICE","text":"","debit":"105.00","credit":"0.00","balance":"105.00","ref":"S-1","issuer":"SUPPLIER"},
        {"date":"2024-08-11","kind":"CORRECTION","text":"","debit":"105.00","credit":"0.00","balance":"105.00","ref":"S-1","issuer":"NETWORK"}],
        "page":1,"pages":1}"#;
    let recorded = Recorded::new([json(200, page)]);
    let items = recorded.ruma().ledger("a", &ALL, &first(200)).unwrap().items;
    let issuers: Vec<_> = items.iter().map(|entry| entry.issuer.clone().unwrap().code).collect();
    assert_eq!(issuers, ["SUPPLIER", "NETWORK"]);
    assert_eq!((items[1].kind, &items[1].text), (EntryKind::Correction, &None));
}

#[test]
fn the_balance_is_asked_for_by_account() {
    let recorded =
        Recorded::new([json(200, r#"{"balance":"4312.07","currency":"RSD","asOf":"2024-08-12T06:00:00Z"}"#)]);
    assert_eq!(recorded.ruma().balances("a-7f31").unwrap()[0].amount, 431_207);
    assert_eq!(recorded.lines(), ["Get /gas/v1/accounts/a-7f31/balance"]);
}

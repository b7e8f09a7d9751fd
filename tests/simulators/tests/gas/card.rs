//! The account card and the balance.

use komunala_simulators::gas::Kind;
use serde_json::Value;

use crate::client::{Caller, TODAY, minor, refused, text};

async fn card(caller: &Caller, kind: Kind) -> Vec<Value> {
    caller.list(&format!("/v1/accounts/{}/card", caller.customer(kind).account_id()), 7).await
}

#[tokio::test]
async fn the_card_runs_from_the_oldest_row_with_the_balance_after_each() {
    let caller = Caller::new().await;
    let rows = card(&caller, Kind::Ordinary).await;
    let mut balance = 0;
    for row in &rows {
        let (debit, credit) = (minor(&row["debit"]), minor(&row["credit"]));
        assert!(debit == 0 || credit == 0, "one side is unused: {row}");
        balance += debit - credit;
        assert_eq!(minor(&row["balance"]), balance, "{row}");
    }
    assert!(rows.is_sorted_by_key(|row| text(&row["date"])));
    assert!(rows.iter().any(|row| row["kind"] == "PAYMENT") && rows.iter().any(|row| row["kind"] == "INVOICE"));
    assert!(rows.iter().all(|row| text(&row["date"]) <= TODAY.to_string()));
}

#[tokio::test]
async fn every_bill_has_a_row_of_its_total() {
    let caller = Caller::new().await;
    let rows = card(&caller, Kind::Ordinary).await;
    for invoice in caller.invoices(caller.ordinary()).await {
        let row = rows.iter().find(|row| row["ref"] == invoice["invoiceNo"]).unwrap();
        assert_eq!((&row["debit"], &row["date"]), (&invoice["total"], &invoice["issued"]));
    }
}

#[tokio::test]
async fn the_balance_is_that_of_the_last_row() {
    let caller = Caller::new().await;
    let path = format!("/v1/accounts/{}/balance", caller.ordinary().account_id());
    let balance = caller.get(&path).await.json();
    assert_eq!(balance["balance"], card(&caller, Kind::Ordinary).await.last().unwrap()["balance"]);
    assert_eq!((&balance["currency"], &balance["asOf"]), (&"RSD".into(), &"2024-08-15".into()));
}

#[tokio::test]
async fn a_reminder_has_no_row_and_a_credit_note_is_a_correction() {
    let caller = Caller::new().await;
    let reminded = card(&caller, Kind::Reminders).await;
    assert!(reminded.iter().all(|row| !text(&row["ref"]).ends_with("-O")));
    let credited = card(&caller, Kind::CreditNotes).await;
    let note = credited.iter().find(|row| text(&row["ref"]).ends_with("-K")).unwrap();
    assert_eq!((&note["kind"], &note["debit"]), (&"CORRECTION".into(), &"0.00".into()));
}

#[tokio::test]
async fn the_card_can_be_limited_by_days_and_keeps_its_balances() {
    let caller = Caller::new().await;
    let all = card(&caller, Kind::Ordinary).await;
    let path = format!("/v1/accounts/{}/card", caller.ordinary().account_id());
    let some = caller.list(&format!("{path}?from=2024-03-03&to=2024-06-20"), 200).await;
    let within = |row: &&Value| ("2024-03-03".."2024-06-21").contains(&row["date"].as_str().unwrap());
    let expected: Vec<Value> = all.iter().filter(within).cloned().collect();
    assert!(!expected.is_empty() && expected.len() < all.len());
    assert_eq!(some, expected);
    assert_eq!(caller.get(&format!("{path}?from=2024-03")).await.refusal(), refused(400, "BAD_VALUE"));
}

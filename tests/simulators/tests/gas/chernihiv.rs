//! The same interface with Chernihivgaz's rules.

use jiff::civil::date;
use komunala_simulators::GasSimulator;
use komunala_simulators::gas::{Kind, Utility};
use serde_json::{Value, json};

use crate::client::{Caller, distinct, minor, refused, text};

async fn caller() -> Caller {
    Caller::of(GasSimulator::builder().utility(Utility::Chernihiv).customers(250)).await
}

fn of_issuer<'a>(items: &'a [Value], issuer: &'a str) -> impl Iterator<Item = &'a Value> {
    items.iter().filter(move |item| item["issuer"] == issuer)
}

#[tokio::test]
async fn network_and_supplier_bill_each_month_in_hryvnias() {
    let caller = caller().await;
    let invoices = caller.invoices(caller.ordinary()).await;
    assert_eq!(invoices.len(), 48);
    for (issuer, issued) in [("NETWORK", "2024-08-10"), ("SUPPLIER", "2024-08-12")] {
        let newest = of_issuer(&invoices, issuer).next().unwrap();
        assert_eq!((text(&newest["period"]), text(&newest["issued"])), ("2024-07".into(), issued.into()));
        assert_eq!(newest["currency"], "UAH");
        assert!(text(&newest["payment"]["account"]).starts_with("UA"));
        assert_eq!((&newest["payment"]["model"], &newest["payment"]["code"]), (&Value::Null, &Value::Null));
        let pdf = caller.get(&format!("/v1/invoices/{}/pdf", text(&newest["invoiceNo"]))).await;
        assert!(pdf.body.starts_with(b"%PDF-"));
    }
    assert_eq!(distinct(&invoices, "invoiceNo").len(), 48);
}

#[tokio::test]
async fn privileges_and_subsidies_stand_on_the_bills_of_those_who_have_them() {
    let caller = caller().await;
    let ordinary: Vec<_> = caller.simulator.ordinary(200);
    let relieved = ordinary.iter().find(|customer| customer.is_privileged() && customer.is_subsidised()).unwrap();
    let invoices = caller.invoices(*relieved).await;
    let supplier = of_issuer(&invoices, "SUPPLIER").next().unwrap();
    let off = minor(&supplier["privilege"]) + minor(&supplier["subsidy"]);
    assert_eq!(minor(&supplier["lines"][0]["gross"]) - off, minor(&supplier["total"]));
    let plain = ordinary.iter().find(|customer| !customer.is_privileged() && !customer.is_subsidised()).unwrap();
    let invoices = caller.invoices(*plain).await;
    assert!(invoices.iter().all(|invoice| invoice.get("privilege").is_none() && invoice.get("subsidy").is_none()));
}

#[tokio::test]
async fn each_issuer_has_a_card_and_a_balance_of_its_own() {
    let caller = caller().await;
    let account = caller.ordinary().account_id();
    let card = caller.list(&format!("/v1/accounts/{account}/card"), 200).await;
    let balance = caller.get(&format!("/v1/accounts/{account}/balance")).await.json();
    assert_eq!((balance.get("balance"), &balance["currency"]), (None, &json!("UAH")));
    let mut rows = 0;
    for owed in balance["balances"].as_array().unwrap() {
        let mut expected = 0;
        for row in of_issuer(&card, owed["issuer"].as_str().unwrap()) {
            expected += minor(&row["debit"]) - minor(&row["credit"]);
            assert_eq!(minor(&row["balance"]), expected, "{row}");
            rows += 1;
        }
        assert_eq!(minor(&owed["balance"]), expected);
        assert!(!text(&owed["name"]).is_empty());
    }
    assert_eq!(rows, card.len(), "a row belongs to nobody");
}

#[tokio::test]
async fn a_payment_counts_for_the_issuer_of_its_invoice() {
    let caller = caller().await;
    let account = caller.ordinary().account_id();
    let invoices = caller.invoices(caller.ordinary()).await;
    let number = text(&of_issuer(&invoices, "NETWORK").next().unwrap()["invoiceNo"]);
    let pay = |currency: &str| {
        json!({"accountId": account, "invoiceNo": number, "amount": "5.00", "currency": currency,
            "paidOn": "2024-08-14", "ref": "ipay-1"})
    };
    let path = format!("/v1/accounts/{account}/balance");
    let before = caller.get(&path).await.json();
    assert_eq!(caller.write("/v1/payments", "k1", pay("RSD")).await.refusal(), refused(400, "BAD_VALUE"));
    assert_eq!(caller.write("/v1/payments", "k2", pay("UAH")).await.status, 201);
    let after = caller.get(&path).await.json();
    let paid =
        |issuer: usize| minor(&before["balances"][issuer]["balance"]) - minor(&after["balances"][issuer]["balance"]);
    assert_eq!((paid(0), paid(1)), (500, 0));
}

#[tokio::test]
async fn between_the_tenth_and_the_twelfth_only_the_networks_bills_are_there() {
    let caller = caller().await;
    let customer = caller.ordinary();
    for (day, newest, names) in [(9, "2024-06", "2024-08-10"), (10, "2024-07", ""), (11, "2024-07", "")] {
        caller.simulator.clock.fix(date(2024, 8, day));
        let invoices = caller.invoices(customer).await;
        let of = |issuer| of_issuer(&invoices, issuer).next().map(|newest| text(&newest["period"])).unwrap();
        assert_eq!((of("NETWORK"), of("SUPPLIER")), (newest.to_owned(), "2024-06".to_owned()), "on the {day}th");
        let network = caller.get(&format!("/v1/invoices/24-07-{}-N", customer.number())).await.json();
        let supplier = caller.get(&format!("/v1/invoices/24-07-{}-S", customer.number())).await.json();
        assert_eq!(network["availableFrom"].as_str().unwrap_or_default(), names, "on the {day}th");
        assert_eq!(supplier["availableFrom"], "2024-08-12", "on the {day}th");
    }
    caller.simulator.clock.fix(date(2024, 8, 12));
    assert_eq!(of_issuer(&caller.invoices(customer).await, "SUPPLIER").next().unwrap()["period"], "2024-07");
}

#[tokio::test]
async fn a_month_is_fed_when_both_issuers_have_billed_it() {
    let caller = caller().await;
    let mut cursor = String::new();
    let mut billed = Vec::new();
    for day in [10, 12] {
        caller.simulator.clock.fix(date(2024, 8, day));
        loop {
            let page = caller.get(&format!("/v1/changes?kind=invoice&size=200&since={cursor}")).await.json();
            billed.extend(page["upserts"].as_array().unwrap().iter().map(|invoice| text(&invoice["invoiceNo"])));
            let next = text(&page["next"]);
            if next == cursor {
                break;
            }
            cursor = next;
        }
    }
    let number = caller.ordinary().number();
    for suffix in ["N", "S"] {
        let no = format!("24-07-{number}-{suffix}");
        assert_eq!(billed.iter().filter(|billed| **billed == no).count(), 1, "{no}");
    }
}

#[tokio::test]
async fn readings_are_taken_on_the_first_five_days_for_days_of_that_month() {
    let caller = caller().await;
    caller.simulator.clock.fix(date(2024, 8, 5));
    let customer = caller.customer(Kind::Ordinary);
    let (point, serial, newest) = caller.meter(customer).await;
    assert_eq!(point, format!("CH-{}", customer.number()));
    let value = text(&newest["value"]);
    let read = |day: &str| json!({"pointId": point, "serial": serial, "readOn": day, "value": value});
    let closed = refused(422, "WINDOW_CLOSED");
    assert_eq!(caller.write("/v1/readings", "k1", read("2024-08-05")).await.status, 202);
    assert_eq!(caller.write("/v1/readings", "k2", read("2024-07-31")).await.refusal(), closed);
    assert_eq!(caller.write("/v1/readings", "k3", read("2024-08-06")).await.refusal(), closed);
    caller.simulator.clock.fix(date(2024, 8, 6));
    assert_eq!(caller.write("/v1/readings", "k4", read("2024-08-05")).await.refusal(), closed);
}

//! Invoices and their PDFs.

use jiff::civil::Date;
use komunala_simulators::gas::{Customer, Kind};
use komunala_simulators::{GasSimulator, Month};
use serde_json::{Value, json};

use crate::client::{Caller, distinct, minor, refused, text};

/// The invoice that stands beside the monthly bills of a special customer.
async fn beside(caller: &Caller, kind: Kind, wanted: &str) -> Value {
    let invoices = caller.invoices(caller.customer(kind)).await;
    invoices.into_iter().find(|invoice| invoice["kind"] == wanted).unwrap()
}

fn number(customer: Customer, period: &str) -> String {
    format!("{period}-{}", customer.number())
}

#[tokio::test]
async fn an_ordinary_account_has_a_bill_for_each_of_the_last_24_closed_months() {
    let caller = Caller::new().await;
    let invoices = caller.invoices(caller.ordinary()).await;
    assert_eq!(invoices.len(), 24);
    assert_eq!(distinct(&invoices, "period").len(), 24);
    assert_eq!(distinct(&invoices, "invoiceNo").len(), 24);
    assert!(distinct(&invoices, "period").contains("2024-07") && distinct(&invoices, "period").contains("2022-08"));
    assert!(invoices.iter().all(|invoice| invoice["kind"] == "INVOICE" && invoice["currency"] == "RSD"));
}

#[tokio::test]
async fn the_amounts_of_every_invoice_add_up() {
    let caller = Caller::new().await;
    for kind in Kind::SPECIAL.into_iter().chain([Kind::Ordinary]).filter(|kind| *kind != Kind::Closed) {
        for invoice in caller.invoices(caller.customer(kind)).await {
            let lines = invoice["lines"].as_array().unwrap();
            for line in lines {
                let net = minor(&line["net"]);
                assert_eq!(line["vatRate"], "10");
                assert!((minor(&line["gross"]) * 10 - net * 11).abs() <= 5, "{line}");
            }
            let total = minor(&invoice["total"]);
            if invoice["kind"] != "REMINDER" {
                assert_eq!(lines.iter().map(|line| minor(&line["gross"])).sum::<i64>(), total, "{invoice}");
            }
            let due: i64 = invoice["due"].as_array().unwrap().iter().map(|due| minor(&due["amount"])).sum();
            assert_eq!(due, total.max(0), "{invoice}");
        }
    }
}

#[tokio::test]
async fn a_bill_is_due_60_per_cent_on_the_20th_and_40_five_months_later() {
    let caller = Caller::new().await;
    let invoice = caller.get(&format!("/v1/invoices/{}", number(caller.ordinary(), "24-07"))).await.json();
    let due = invoice["due"].as_array().unwrap();
    assert_eq!((&due[0]["part"], &due[0]["date"]), (&json!(1), &json!("2024-08-20")));
    assert_eq!((&due[1]["part"], &due[1]["date"]), (&json!(2), &json!("2025-01-20")));
    assert!((minor(&due[0]["amount"]) * 10 - minor(&invoice["total"]) * 6).abs() <= 5);
    assert_eq!(invoice["issued"], "2024-08-03");
}

#[tokio::test]
async fn what_a_meter_measured_leads_to_the_billed_energy() {
    let caller = Caller::new().await;
    let invoice = caller.get(&format!("/v1/invoices/{}", number(caller.ordinary(), "24-07"))).await.json();
    let read = &invoice["reads"][0];
    let whole = |field: &str| text(&read[field]).replace('.', "").parse::<i64>().unwrap();
    assert_eq!(whole("to") - whole("from"), whole("m3"));
    // m³ · k · calorific value, with no, four and three decimals, against two decimals of kWh.
    assert!((whole("m3") * whole("k") * whole("gcvKwhM3") - whole("kwh") * 100_000).abs() <= 50_000);
    assert_eq!(invoice["lines"][0]["qty"], read["kwh"]);
    assert_eq!(invoice["points"], json!([read["pointId"]]));
}

#[tokio::test]
async fn the_payment_reference_has_the_right_control_digits() {
    let caller = Caller::new().await;
    for invoice in caller.invoices(caller.ordinary()).await {
        let payment = &invoice["payment"];
        assert_eq!((&payment["model"], &payment["code"]), (&json!("97"), &json!("189")));
        let reference = text(&payment["ref"]);
        let (control, rest) = reference.split_once('-').unwrap();
        let rest: u64 = rest.parse().unwrap();
        assert_eq!(control, format!("{:02}", 98 - rest * 100 % 97));
    }
}

#[tokio::test]
async fn a_list_can_be_limited_by_days_of_issue_and_by_periods() {
    let caller = Caller::new().await;
    let path = format!("/v1/accounts/{}/invoices", caller.ordinary().account_id());
    let periods = async |query: &str| {
        distinct(&caller.list(&format!("{path}?{query}"), 200).await, "period").into_iter().collect::<Vec<_>>()
    };
    assert_eq!(periods("from=2024-05&to=2024-06").await, ["2024-05", "2024-06"]);
    assert_eq!(periods("from=2024-07-03&to=2024-08-03").await, ["2024-06", "2024-07"]);
    assert_eq!(periods("from=2024-07-04").await, ["2024-07"]);
    assert_eq!(periods("to=2022-08").await, ["2022-08"]);
    assert!(periods("from=2024-07&to=2024-06").await.is_empty());
    for wrong in ["from=2024", "to=2024-13", "from=01.07.2024", "to=2024-07-03T00:00:00"] {
        assert_eq!(caller.get(&format!("{path}?{wrong}")).await.refusal(), refused(400, "BAD_VALUE"), "{wrong}");
    }
}

#[tokio::test]
async fn an_open_period_is_absent_from_lists_and_tells_from_when_it_is_available() {
    let caller = Caller::new().await;
    let number = number(caller.ordinary(), "24-08");
    for path in [format!("/v1/invoices/{number}"), format!("/v1/invoices/{number}/pdf")] {
        let answer = caller.get(&path).await;
        assert_eq!(answer.refusal(), refused(409, "PERIOD_OPEN"));
        assert_eq!(answer.json()["availableFrom"], "2024-09-03");
    }
    assert!(!distinct(&caller.invoices(caller.ordinary()).await, "period").contains("2024-08"));
}

#[tokio::test]
async fn when_the_day_comes_the_period_is_closed() {
    let caller = Caller::new().await;
    let path = format!("/v1/invoices/{}", number(caller.ordinary(), "24-08"));
    caller.simulator.clock.fix(Date::constant(2024, 9, 2));
    assert_eq!(caller.get(&path).await.status, 409);
    caller.simulator.clock.fix(Date::constant(2024, 9, 3));
    assert_eq!(caller.get(&path).await.json()["issued"], "2024-09-03");
}

#[tokio::test]
async fn numbers_that_never_were_are_not_found() {
    let caller = Caller::new().await;
    let customer = caller.ordinary().number();
    for number in [
        format!("24-09-{customer}"),
        format!("22-07-{customer}"),
        format!("24-07-{customer}-K"),
        "24-07-9999999".into(),
        "x".into(),
    ] {
        assert_eq!(
            caller.get(&format!("/v1/invoices/{number}")).await.refusal(),
            refused(404, "NOT_FOUND"),
            "{number}"
        );
    }
}

#[tokio::test]
async fn a_pdf_carries_number_period_and_total_and_has_the_size_that_is_wanted() {
    let caller = Caller::of(GasSimulator::builder().pdf_size(30_000)).await;
    let number = number(caller.ordinary(), "24-07");
    let total = text(&caller.get(&format!("/v1/invoices/{number}")).await.json()["total"]);
    let answer = caller.get(&format!("/v1/invoices/{number}/pdf")).await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    assert_eq!(answer.body.len(), 30_000);
    let printed = String::from_utf8_lossy(&answer.body);
    assert!(
        printed.starts_with("%PDF-1.4")
            && [number.as_str(), "2024-07", &total].iter().all(|text| printed.contains(text))
    );
    assert_eq!(answer.body, caller.get(&format!("/v1/invoices/{number}/pdf")).await.body);
}

#[tokio::test]
async fn an_invoice_may_be_there_before_its_pdf() {
    let caller = Caller::new().await;
    let late = caller.customer(Kind::LatePdf);
    let newest = number(late, "24-07");
    assert_eq!(caller.get(&format!("/v1/invoices/{newest}")).await.status, 200);
    let answer = caller.get(&format!("/v1/invoices/{newest}/pdf")).await;
    assert_eq!(answer.refusal(), refused(409, "PERIOD_OPEN"));
    assert_eq!(answer.json()["availableFrom"], "2024-09-03");
    assert_eq!(caller.get(&format!("/v1/invoices/{}/pdf", number(late, "24-06"))).await.status, 200);
    caller.simulator.clock.fix(Date::constant(2024, 9, 3));
    assert_eq!(caller.get(&format!("/v1/invoices/{newest}/pdf")).await.status, 200);
}

#[tokio::test]
async fn a_credit_note_has_a_negative_total_and_nothing_due() {
    let caller = Caller::new().await;
    let note = beside(&caller, Kind::CreditNotes, "CREDIT").await;
    assert!(minor(&note["total"]) < 0 && minor(&note["lines"][0]["gross"]) < 0);
    assert_eq!(note["due"], json!([]));
    assert_eq!(caller.get(&format!("/v1/invoices/{}", text(&note["invoiceNo"]))).await.json(), note);
    assert_eq!(caller.get(&format!("/v1/invoices/{}/pdf", text(&note["invoiceNo"]))).await.status, 200);
}

#[tokio::test]
async fn a_zero_bill_has_one_due_of_zero() {
    let caller = Caller::new().await;
    let invoices = caller.invoices(caller.customer(Kind::ZeroBills)).await;
    let zero: Vec<&Value> = invoices.iter().filter(|invoice| invoice["total"] == "0.00").collect();
    assert_eq!(zero.len(), 6);
    for invoice in zero {
        assert_eq!(invoice["due"].as_array().unwrap().len(), 1);
        assert_eq!(invoice["due"][0]["amount"], "0.00");
        assert_eq!(invoice["reads"][0]["from"], invoice["reads"][0]["to"]);
    }
}

#[tokio::test]
async fn reminders_and_advances_stand_beside_the_bill_of_their_month() {
    let caller = Caller::new().await;
    for (kind, name) in [(Kind::Reminders, "REMINDER"), (Kind::Advances, "ADVANCE")] {
        let invoice = beside(&caller, kind, name).await;
        let invoices = caller.invoices(caller.customer(kind)).await;
        assert!(invoices.iter().any(|bill| bill["kind"] == "INVOICE" && bill["period"] == invoice["period"]));
        assert_eq!(invoices.len(), 28, "24 bills and two more a year");
    }
}

#[tokio::test]
async fn a_register_that_rolled_over_reads_lower_at_the_end() {
    let caller = Caller::new().await;
    let invoices = caller.invoices(caller.customer(Kind::Rollover)).await;
    let whole = |read: &Value, field: &str| text(&read[field]).parse::<i64>().unwrap();
    let reads: Vec<Value> = invoices.iter().map(|invoice| invoice["reads"][0].clone()).collect();
    let rolled: Vec<&Value> = reads.iter().filter(|read| whole(read, "to") < whole(read, "from")).collect();
    assert!(rolled.len() >= 2, "at least once a year");
    assert!(rolled.iter().all(|read| whole(read, "to") + 10_000 - whole(read, "from") == whole(read, "m3")));
}

#[tokio::test]
async fn the_bill_of_a_swap_has_both_meters() {
    let caller = Caller::new().await;
    let invoices = caller.invoices(caller.customer(Kind::MeterSwap)).await;
    let swapped: Vec<&Value> =
        invoices.iter().filter(|invoice| invoice["reads"].as_array().unwrap().len() == 2).collect();
    assert!(!swapped.is_empty());
    assert!(swapped.iter().all(|invoice| invoice["reads"][0]["serial"] != invoice["reads"][1]["serial"]));
}

#[tokio::test]
async fn a_bill_covers_all_points_of_its_account_and_an_unmetered_one_has_no_reads() {
    let caller = Caller::new().await;
    let several = &caller.invoices(caller.customer(Kind::SeveralPoints)).await[0];
    assert_eq!((several["points"].as_array().unwrap().len(), several["reads"].as_array().unwrap().len()), (3, 3));
    let flat = &caller.invoices(caller.customer(Kind::NoMeter)).await[0];
    assert_eq!((flat["points"].as_array().unwrap().len(), flat["reads"].as_array().unwrap().len()), (1, 0));
    assert!(minor(&flat["total"]) > 0);
    let none = &caller.invoices(caller.customer(Kind::NoPoints)).await[0];
    assert_eq!(none["points"], json!([]));
}

#[tokio::test]
async fn a_bill_that_was_issued_twice_is_withdrawn_with_the_next_bills() {
    let caller = Caller::new().await;
    let customer = caller.customer(Kind::Withdrawn);
    let twice = format!("/v1/invoices/24-07-{}-D", customer.number());
    assert_eq!(caller.get(&twice).await.status, 200);
    caller.simulator.clock.fix(Date::constant(2024, 9, 3));
    assert_eq!(caller.get(&twice).await.refusal(), refused(404, "NOT_FOUND"));
    assert!(caller.invoices(customer).await.iter().all(|invoice| !text(&invoice["invoiceNo"]).ends_with("07-D")));
}

#[tokio::test]
async fn the_switch_holds_a_period_back_until_it_is_lifted() {
    let caller = Caller::new().await;
    let path = format!("/v1/invoices/{}", number(caller.ordinary(), "24-07"));
    caller.simulator.switches.change(|switches| {
        switches.open_from = Some(Month::new(2024, 7));
        switches.available_from = Some(Date::constant(2024, 8, 18));
    });
    let answer = caller.get(&path).await;
    assert_eq!(answer.refusal(), refused(409, "PERIOD_OPEN"));
    assert_eq!(answer.json()["availableFrom"], "2024-08-18");
    assert_eq!(caller.invoices(caller.ordinary()).await.len(), 23);
    caller.simulator.switches.clear();
    assert_eq!(caller.get(&path).await.status, 200);
    assert_eq!(caller.invoices(caller.ordinary()).await.len(), 24);
}

#[tokio::test]
async fn the_switch_holds_pdfs_back_and_not_their_invoices() {
    let caller = Caller::new().await;
    let number = number(caller.ordinary(), "24-07");
    caller.simulator.switches.change(|switches| switches.late_pdfs_from = Some(Month::new(2024, 7)));
    assert_eq!(caller.get(&format!("/v1/invoices/{number}")).await.status, 200);
    assert_eq!(caller.get(&format!("/v1/invoices/{number}/pdf")).await.refusal(), refused(409, "PERIOD_OPEN"));
}

#[tokio::test]
async fn the_switch_mixes_a_pdf_up_with_the_one_before_and_the_next_one_is_right_again() {
    let caller = Caller::new().await;
    let mut numbers = caller.simulator.ordinary(4).into_iter().map(|customer| number(customer, "24-07"));
    let [first, second, third, fourth] = std::array::from_fn(|_| numbers.next().unwrap());
    caller.simulator.switches.change(|switches| switches.mixed_up_pdfs = 500);
    let books = caller.simulator.books();
    for (asked, sent) in [(&first, &first), (&second, &first), (&third, &third), (&fourth, &third)] {
        let answer = caller.get(&format!("/v1/invoices/{asked}/pdf")).await;
        assert_eq!(answer.body, books.pdf(sent).unwrap(), "{asked}");
    }
}

#[tokio::test]
async fn notes_that_try_to_end_a_mail_stand_in_the_pdf_and_one_line_of_them_on_the_bill() {
    let caller = Caller::of(GasSimulator::builder().customers(250).hostile_notes(10)).await;
    let books = caller.simulator.books();
    let hostile: Vec<_> = books.population().all().skip(9).step_by(10).collect();
    let mut printed = Vec::new();
    for customer in hostile.into_iter().filter(|customer| !books.issued(*customer, Month::new(2024, 6)).is_empty()) {
        let number = number(customer, "24-06");
        let bill = caller.get(&format!("/v1/invoices/{number}")).await.json();
        let purpose = text(&bill["payment"]["purpose"]);
        assert!(purpose.contains("thief@example.org") && !purpose.chars().any(char::is_control), "{purpose}");
        assert!(bill.get("note").is_none(), "{bill}");
        printed.extend(caller.get(&format!("/v1/invoices/{number}/pdf")).await.body);
    }
    for end in ["\r\n.\r\n", "\n.\n", "\r.\r", "\0.\r\n"] {
        assert!(printed.windows(end.len()).any(|window| window == end.as_bytes()), "{end:?}");
    }
    assert!(!text(&caller.get(&format!("/v1/invoices/{}", number(caller.ordinary(), "24-06"))).await.json()["payment"]["purpose"]).contains("thief"));
}

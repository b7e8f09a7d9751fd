//! What the hub writes, and what is answered to it.

use std::fs;

use komunala_app::ports::{
    BillingError, BillingSystem as _, FileExchange as _,
    billing::IdempotencyKey,
    files::{AcknowledgedWrite, FileRow},
};
use komunala_domain::{
    PostalChannel,
    request::{CustomerRequest, RequestKind},
};
use komunala_simulators::heating::Answering;

use super::exchange::{Exchange, patiently};

#[tokio::test]
async fn a_choice_and_a_request_are_handed_over_and_answered() {
    let exchange = Exchange::new(20);
    let adapter = &exchange.adapter;
    let (one, other) = ("0100000001".parse().unwrap(), "0100000002".parse().unwrap());
    adapter.set_delivery(patiently(), &one, PostalChannel::Email).await.unwrap();
    adapter.set_delivery(patiently(), &other, PostalChannel::Email).await.unwrap();
    assert_eq!(adapter.delivery(patiently(), &one).await, Err(BillingError::NotAvailableYet { until: None }));
    let request = CustomerRequest {
        kind: RequestKind::Question,
        subject: "Грејање".to_owned(),
        text: "Када почиње?\nХвала; поздрав".to_owned(),
    };
    let key = IdempotencyKey("request-0001".to_owned());
    for _ in 0..2 {
        assert_eq!(adapter.create_request(patiently(), &one, &request, &key).await.unwrap().as_str(), "request-0001");
    }

    assert!(exchange.simulator.acknowledge(&Answering::plainly()).unwrap().is_empty(), "nothing is complete yet");
    let handed_over = adapter.hand_over(patiently()).await.unwrap();
    assert_eq!((handed_over.rows, handed_over.again), (3, 0));
    let names = exchange.simulator.acknowledge(&Answering::plainly().refusing("0100000002", "ODBIJENO")).unwrap();
    assert_eq!(names.len(), 2);
    let written = fs::read(exchange.simulator.inbox().join(&names[1])).unwrap();
    let expected = b"request-0001;0100000001;PITANJE;Grejanje: Kada po\xe8inje? Hvala, pozdrav\r\n";
    assert!(written.ends_with(expected), "{}", String::from_utf8_lossy(&written));

    let ids = exchange.ids().await;
    let (rows, problems) = exchange.rows(&ids[0], 10).await.unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let answers: Vec<_> = rows
        .iter()
        .map(|row| match row {
            FileRow::Acknowledgement(answer) => (answer.write.clone(), answer.refused.as_deref()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        answers,
        [
            (AcknowledgedWrite::Delivery(one.clone(), PostalChannel::Email), None),
            (AcknowledgedWrite::Delivery(other, PostalChannel::Email), Some("ODBIJENO"))
        ]
    );
    let (rows, _) = exchange.rows(&ids[1], 10).await.unwrap();
    assert!(
        matches!(&rows[0], FileRow::Acknowledgement(answer) if answer.write == AcknowledgedWrite::Request("request-0001".to_owned()))
    );
    assert_eq!(adapter.delivery(patiently(), &one).await, Ok(PostalChannel::Email));
    assert_eq!(adapter.hand_over(patiently()).await.unwrap().rows, 0);
}

#[tokio::test]
async fn what_got_no_answer_for_days_is_handed_over_again() {
    let exchange = Exchange::new(5);
    let name = exchange.simulator.inbox().join("DOST_20240815_001.csv");
    fs::write(&name, "korisnik;nacin;od\r\n0100000001;E;20240815\r\n").unwrap();
    assert_eq!(exchange.adapter.hand_over(patiently()).await.unwrap().again, 0);
    // as if it had been handed over on its own day
    for path in [&name, &name.with_extension("ok")] {
        let day: jiff::Timestamp = "2024-08-15T10:00:00Z".parse().unwrap();
        fs::File::options().write(true).open(path).unwrap().set_modified(day.into()).unwrap();
    }
    let report = exchange.adapter.hand_over(patiently()).await.unwrap();
    assert_eq!((report.again, report.problems.len()), (1, 1));
    assert!(report.problems[0].problem.contains("sent again"));
    assert_eq!(exchange.adapter.hand_over(patiently()).await.unwrap().again, 0, "three more days");
}

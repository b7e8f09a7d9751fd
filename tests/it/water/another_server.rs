//! The adapter against a server that is not the simulator, but follows the same description.

use jiff::civil::date;
use komunala_app::ports::{BillingError, BillingSystem as _, billing::IdempotencyKey};
use komunala_domain::{CustomerNumber, Pin, PostalChannel};
use rust_decimal::Decimal;

use super::{
    hub::{adapter, proved, reading, soon, today},
    other::{METER, NUMBER, Other, PIN},
};

#[tokio::test(flavor = "multi_thread")]
async fn water_is_served_by_another_server_that_follows_the_same_text() {
    let other = Other::start().await;
    let adapter = adapter(&other.url, "");
    let id = proved(&adapter, NUMBER, PIN).await;
    let wrong = adapter.verify(soon(), &CustomerNumber::parse("000043").unwrap(), &Pin::parse(PIN).unwrap()).await;
    assert_eq!(wrong.unwrap_err(), BillingError::BadCredentials);

    let account = adapter.account(soon(), &id).await.unwrap();
    assert_eq!(
        (account.name.as_deref(), account.supply_points[0].meters[0].serial_number.as_str()),
        (Some("Љубиша & синови"), METER)
    );
    assert_eq!(adapter.delivery(soon(), &id).await.unwrap(), PostalChannel::Email);

    let bills = adapter.invoices(soon(), &id, Some("2024-07".parse().unwrap()), None).await.unwrap().items;
    let [bill] = bills.as_slice() else { panic!("{bills:?}") };
    assert_eq!((bill.number.as_str(), bill.total.minor, bill.issued), ("Б/1", -1230, Some(date(2024, 8, 5))));
    assert_eq!(bill.lines[0].unit_price, Some(Decimal::new(512, 4)));
    let pdf = adapter.document(soon(), &id, &bill.external_id, "application/pdf").await.unwrap();
    assert_eq!(pdf.bytes, b"%PDF-1.7\n%%EOF\n");

    let rows = adapter.ledger(soon(), &id, None).await.unwrap().items;
    assert_eq!((rows.len(), rows[0].balance.unwrap().minor, rows[0].debit), (1, -1, None));

    let key = IdempotencyKey("reading-0001".to_owned());
    let reading = reading(&id, METER, "120.25");
    assert_eq!(adapter.reading_receipt(soon(), &id, &reading, &key).await, Ok(None));
    for _ in 0..2 {
        adapter.submit_reading(soon(), &id, &reading, &key).await.unwrap();
    }
    let handed_in = other.handed_in.lock().unwrap().clone();
    assert_eq!(handed_in, [[METER.to_owned(), "120,25".to_owned(), today().strftime("%d.%m.%Y").to_string()]]);

    let refused = adapter.set_delivery(soon(), &id, PostalChannel::Paper).await.unwrap_err();
    assert!(matches!(refused, BillingError::Rejected { .. }), "{refused:?}");
}

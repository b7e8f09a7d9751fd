//! What a customer gets, and what the adapter offers.

use komunala_app::ports::{BillingError, BillingSystem as _};
use komunala_domain::{Capability, CustomerNumber, Pin, PostalChannel};
use komunala_sandbox::Adapter;
use komunala_simulators::water::{Customer, Kind};

use super::hub::{account, adapter, proved, simulator, soon, today};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_water_and_housing_is_served_whole() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let customer = billing.ordinary(1)[0];
    let id = proved(&adapter, &customer.number(), &customer.pin()).await;
    assert_eq!(id.as_str(), customer.number());

    let found = adapter.account(soon(), &id).await.unwrap();
    assert_eq!(found.name, Some(customer.name()));
    let point = &found.supply_points[0];
    assert_eq!((found.supply_points.len(), point.meters.len()), (1, 1));

    let bills = all_bills(&adapter, customer).await;
    assert!(bills.len() >= 40, "{} bills of four years", bills.len());
    let newest = bills.iter().max_by_key(|bill| bill.issued).unwrap();
    let issued = newest.issued.unwrap();
    assert!((today() - issued).get_days() < 40 && issued.day() == 5, "{issued}");
    let pdf = adapter.document(soon(), &id, &newest.external_id, "application/pdf").await.unwrap();
    assert!(pdf.bytes.starts_with(b"%PDF-"));

    let rows = adapter.ledger(soon(), &id, None).await.unwrap();
    assert!(rows.next.is_some() && !rows.items.is_empty());
    let readings = adapter.readings(soon(), &id, &point.external_id, None).await.unwrap();
    assert!(readings.items.iter().any(|reading| reading.serial_number == point.meters[0].serial_number));

    assert_eq!(adapter.delivery(soon(), &id).await.unwrap(), PostalChannel::Paper);
    adapter.set_delivery(soon(), &id, PostalChannel::Email).await.unwrap();
    assert!(billing.is_by_email(customer));
    assert_eq!(adapter.delivery(soon(), &id).await.unwrap(), PostalChannel::Email);
    assert_eq!(billing.turned_away(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_customer_passes_the_checks_of_the_hub() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    for kind in [
        Kind::Business,
        Kind::NoMeter,
        Kind::TwoMeters,
        Kind::MeterSwap,
        Kind::Overpaid,
        Kind::Debtor,
        Kind::NewLines,
        Kind::Rollover,
    ] {
        let customer = billing.of_kind(kind).next().unwrap();
        let meters = adapter.account(soon(), &account(customer)).await.unwrap().supply_points[0].meters.len();
        let bills = all_bills(&adapter, customer).await;
        match kind {
            Kind::NoMeter => assert_eq!(meters, 0),
            Kind::TwoMeters => assert_eq!(meters, 2),
            Kind::Overpaid => assert!(bills.iter().any(|bill| bill.total.minor < 0 && bill.installments.is_empty())),
            Kind::NewLines => assert!(bills[0].lines.iter().any(|line| line.code.as_deref() == Some("ODVODNJAVANJE"))),
            _ => assert_eq!(meters, 1),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_offers_what_its_column_ticks_and_an_unknown_number_looks_like_a_wrong_pin() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let offered: Vec<_> = adapter.capabilities().iter().collect();
    let expected = [
        Capability::Customers,
        Capability::Invoices,
        Capability::Documents,
        Capability::Ledger,
        Capability::Readings,
        Capability::Delivery,
        Capability::Changes,
    ];
    assert!(expected.iter().all(|capability| offered.contains(capability)) && offered.len() == expected.len());
    let known = billing.ordinary(1)[0].number();
    for number in [known.as_str(), "999999", "1"] {
        let (number, pin) = (CustomerNumber::parse(number).unwrap(), Pin::parse("wrong").unwrap());
        assert_eq!(adapter.verify(soon(), &number, &pin).await.unwrap_err(), BillingError::BadCredentials);
    }
}

async fn all_bills(adapter: &Adapter, customer: Customer) -> Vec<komunala_domain::Invoice> {
    let (mut bills, mut cursor) = (Vec::new(), None);
    loop {
        let part = adapter.invoices(soon(), &account(customer), None, cursor.as_deref()).await.unwrap();
        bills.extend(part.items);
        match part.next {
            Some(next) => cursor = Some(next),
            None => return bills,
        }
    }
}

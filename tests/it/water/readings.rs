//! Readings against a billing system without idempotency, which appends a second one of a day.

use std::time::Duration;

use komunala_app::ports::{
    BillingError, BillingSystem as _, Call,
    billing::{IdempotencyKey, ReceiptState},
};
use komunala_simulators::{Effect, Rule};

use super::hub::{account, adapter, reading, simulator, soon};

const SUBMIT: &str = "/BillingService.asmx/PrijaviStanje";

fn key() -> IdempotencyKey {
    IdempotencyKey("reading-0001".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_whose_answer_was_lost_is_found_and_never_handed_in_twice() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let customer = billing.ordinary(1)[0];
    let id = account(customer);
    let meter = adapter.account(soon(), &id).await.unwrap().supply_points[0].meters[0].serial_number.clone();
    let reading = reading(&id, &meter, "90000.5");

    billing.switches.add(Rule::new(SUBMIT, Effect::TimeoutAfterWrite { ms: 300 }).next(1));
    // the caller is gone long before the billing system is
    let hasty = Call::within(Duration::from_millis(150));
    let lost = adapter.submit_reading(hasty, &id, &reading, &key()).await.unwrap_err();
    assert!(lost.leaves_write_unknown(), "{lost:?}");
    let found = adapter.reading_receipt(soon(), &id, &reading, &key()).await.unwrap().expect("it was applied");
    assert_eq!(found.state, ReceiptState::Posted);
    // whoever repeats it all the same does no harm
    adapter.submit_reading(soon(), &id, &reading, &key()).await.unwrap();
    assert_eq!((billing.handed_in(customer).len(), billing.counters.writes("PrijaviStanje")), (1, 1));
    assert_eq!(billing.turned_away(), 0, "nobody asked while it was at it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_never_arrived_is_not_found_and_may_be_handed_in() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let customer = billing.ordinary(1)[0];
    let id = account(customer);
    let meter = adapter.account(soon(), &id).await.unwrap().supply_points[0].meters[0].serial_number.clone();
    let reading = reading(&id, &meter, "90000");
    billing.switches.add(Rule::new(SUBMIT, Effect::Timeout { ms: 50 }).next(1));
    let lost = adapter.submit_reading(soon(), &id, &reading, &key()).await.unwrap_err();
    assert_eq!(lost, BillingError::OutcomeUnknown);
    assert_eq!(adapter.reading_receipt(soon(), &id, &reading, &key()).await, Ok(None));
    adapter.submit_reading(soon(), &id, &reading, &key()).await.unwrap();
    assert_eq!(billing.handed_in(customer).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_what_is_wrong_with_a_reading() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let id = account(billing.ordinary(1)[0]);
    let meter = adapter.account(soon(), &id).await.unwrap().supply_points[0].meters[0].serial_number.clone();
    for (meter, value, field, code) in
        [(meter.as_str(), "1", "registers.total", "too-low"), ("V-0", "90000", "meter", "unknown")]
    {
        let refused = adapter.submit_reading(soon(), &id, &reading(&id, meter, value), &key()).await.unwrap_err();
        let BillingError::Rejected { fields } = refused else { panic!("{refused:?}") };
        assert_eq!((fields[0].field.as_str(), fields[0].code.as_str()), (field, code));
    }
    assert_eq!(billing.counters.writes("PrijaviStanje"), 0);
}

//! The simulator with every switch: only typed errors, no wrong value, and everything as before once the switch is off.

use std::time::Duration;

use komunala_app::ports::{BillingError, BillingSystem as _, Call};
use komunala_simulators::{Effect, Malformation, Month, RetryAfter, Rule};

use super::hub::{account, adapter, simulator, soon, today};

/// The error of a list of bills while a rule is in force; afterwards the list is there again.
async fn meets(effect: Effect) -> BillingError {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let id = account(billing.ordinary(1)[0]);
    billing.switches.add(Rule::new("/BillingService.asmx/VratiRacune", effect));
    let refused = adapter.invoices(soon(), &id, None, None).await.unwrap_err();
    billing.switches.clear();
    assert!(!adapter.invoices(soon(), &id, None, None).await.unwrap().items.is_empty());
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_the_server_are_outages() {
    for status in [500, 502, 503] {
        assert_eq!(meets(Effect::status(status)).await, BillingError::Unavailable { retry_after: None });
    }
    let html = Effect::Status { status: 502, retry_after: None, html: true };
    assert_eq!(meets(html).await, BillingError::Unavailable { retry_after: None });
    let cut = meets(Effect::Timeout { ms: 50 }).await;
    assert!(cut.is_outage(), "{cut:?}");
    let quota = meets(Effect::too_many(RetryAfter::Seconds(3))).await;
    assert_eq!(quota, BillingError::RateLimited { retry_after: Some(Duration::from_secs(3)) });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_answer_is_refused_and_never_read_as_something() {
    use Malformation::{Empty, Html, NotUtf8, OtherShape, Truncated};
    for how in [Truncated, Html, Empty, OtherShape, NotUtf8] {
        let refused = meets(Effect::Malformed { how }).await;
        assert!(matches!(refused, BillingError::Upstream { .. }), "{how:?}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_that_is_not_closed_has_no_bill_and_a_bill_may_have_no_pdf() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let id = account(billing.ordinary(1)[0]);
    let earlier = Month::of(today()).plus(-4);
    let from = format!("{:04}-{:02}", earlier.year(), earlier.number());
    let newest = async || {
        let part = adapter.invoices(soon(), &id, Some(from.parse().unwrap()), None).await.unwrap();
        part.items.into_iter().max_by_key(|bill| bill.issued).unwrap()
    };
    let last = newest().await;
    let period = Month::of(last.issued.unwrap()).plus(-1);
    billing.switches.change(|switches| switches.open_from = Some(period));
    assert_eq!(newest().await.issued, Some(period.day(5)));
    billing.switches.clear();
    billing.switches.change(|switches| switches.late_pdfs_from = Some(period));
    assert_eq!(adapter.document(soon(), &id, &last.external_id, "application/pdf").await, Err(BillingError::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_billing_system_is_asked_again_for_a_while() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let id = account(billing.ordinary(1)[0]);
    billing.switches.change(|switches| switches.busy = true);
    let switches = billing.switches.clone();
    let asking = async { adapter.account(soon(), &id).await };
    let freeing = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        switches.clear();
    };
    tokio::join!(asking, freeing).0.unwrap();

    billing.switches.change(|switches| switches.busy = true);
    let hasty = adapter.account(Call::within(Duration::from_millis(500)), &id).await.unwrap_err();
    assert!(matches!(hasty, BillingError::Unavailable { retry_after: Some(_) }), "{hasty:?}");
    assert!(adapter.condition().is_healthy, "being busy is no outage");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_downtime_is_an_outage_where_nobody_announced_it() {
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "");
    let id = account(billing.ordinary(1)[0]);
    billing.switches.change(|switches| switches.down = true);
    assert_eq!(adapter.account(soon(), &id).await, Err(BillingError::Unavailable { retry_after: None }));
    billing.switches.clear();
    adapter.account(soon(), &id).await.unwrap();
}

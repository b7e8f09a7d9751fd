//! The list of changed customers, which is read as a stream.

use jiff::ToSpan as _;
use komunala_app::ports::{BillingError, BillingSystem as _, billing::ChangeKind};

use super::hub::{adapter, simulator, soon, today};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_150_000_customers_passes_through_16_mebibytes_of_guest() {
    let billing = simulator().customers(150_000).start("127.0.0.1:0").await.unwrap();
    let adapter = adapter(&billing.url(), "memory_bytes = 16777216");
    let (mut touched, mut cursor) = (Vec::new(), Some((today() - 45.days()).to_string()));
    for _ in 0..2 {
        let page = adapter.changes(soon(), ChangeKind::Invoice, cursor.as_deref(), 1000).await.unwrap();
        assert!(page.upserts.is_empty() && page.problems.is_empty());
        touched.extend(page.touched);
        cursor = Some(page.next);
    }
    let numbers = touched.iter().enumerate().all(|(at, id)| id.as_str() == format!("{:06}", at + 1));
    assert!(numbers && touched.len() == 150_000, "{} customers", touched.len());
    // no request for any of them
    assert_eq!(billing.counters.counts().requests.len(), 1);
    for kind in [ChangeKind::Account, ChangeKind::Reading] {
        let other = adapter.changes(soon(), kind, None, 1000).await;
        assert_eq!(other.unwrap_err(), BillingError::NotFound);
    }
}

//! Two hubs on one PostgreSQL, and a billing system that bears one request at a time.

use std::{sync::Arc, time::Duration};

use komunala_app::{
    credentials::RootSecret,
    ports::{BillingSystem as _, Call},
};
use komunala_sandbox::Adapter;
use komunala_simulators::{Effect, Rule};
use komunala_store::{KeySettings, Store, StoreSettings};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::hub::{account, adapter, simulator};

/// Calls of each hub, of which some give up early.
const CALLS: usize = 12;

fn settings(database: &str, files: &TempDir) -> StoreSettings {
    let keys = KeySettings::in_folder(files.path(), &RootSecret::new(vec![7; 32]).unwrap());
    StoreSettings::new(database, files.path(), keys)
}

async fn hub(url: &str, settings: &StoreSettings) -> Arc<Adapter> {
    let store = Store::connect(settings).await.unwrap();
    Arc::new(adapter(url, "").taking_turns(Arc::new(store)))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_never_have_two_requests_under_way_and_both_get_on() {
    let database = komunala_test_postgres::empty_database().await.unwrap();
    let files = tempfile::tempdir().unwrap();
    let settings = settings(&database, &files);
    Store::migrate(&settings).await.unwrap();
    let billing = simulator().start("127.0.0.1:0").await.unwrap();
    billing.switches.add(Rule::new("/", Effect::Latency { ms: 40 }));
    let customers = billing.ordinary(CALLS);
    let mut calls = JoinSet::new();
    for which in 0..2 {
        let hub = hub(&billing.url(), &settings).await;
        for (at, customer) in customers.iter().enumerate() {
            let (hub, customer) = (Arc::clone(&hub), *customer);
            // every fourth caller gives up while the billing system is at it, or before it is its turn
            let patience = if at % 4 == 3 { Duration::from_millis(20) } else { Duration::from_secs(20) };
            calls.spawn(async move {
                let found = hub.account(Call::within(patience), &account(customer)).await;
                (which, at, found.map(|found| found.customer_number))
            });
        }
    }
    let mut served = [0, 0];
    while let Some(call) = calls.join_next().await {
        let (which, at, found) = call.unwrap();
        match found {
            Ok(number) => {
                assert_eq!(number.as_str(), customers[at].number());
                served[which] += 1;
            }
            Err(error) => assert!(at % 4 == 3, "{error:?}"),
        }
    }
    assert!(served.iter().all(|served| *served >= CALLS * 3 / 4), "{served:?}");
    assert_eq!(billing.turned_away(), 0, "two requests at a time");
    assert!(billing.counters.counts().requests.values().sum::<u64>() >= CALLS as u64);
}

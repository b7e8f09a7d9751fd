//! Outages that a network announces.

use std::time::Duration;

use komunala_grpc::proto::v1::{ListOutagesRequest, Outage};

use crate::Customer;

/// How often the list is looked at, and how many times at most.
const LOOKS: (Duration, usize) = (Duration::from_millis(200), 150);

/// An outage that the hub hears of within its next round.
pub async fn announced(customer: &Customer, parent: &str, reason: &str) -> anyhow::Result<Outage> {
    let request = ListOutagesRequest { parent: parent.to_owned(), page_size: 200, ..Default::default() };
    for _ in 0..LOOKS.1 {
        let listed = customer.notifications().list_outages(request.clone()).await?.into_inner().outages;
        if let Some(found) = listed.into_iter().find(|outage| outage.reason == reason) {
            return Ok(found);
        }
        tokio::time::sleep(LOOKS.0).await;
    }
    anyhow::bail!("the outage is not there")
}

//! What a provider does not have: a reason, and not an empty answer.

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_domain::ids::{MeterId, SupplyPointId};
use komunala_grpc::proto::google::r#type::Date;
use komunala_grpc::proto::v1::{
    Account, GetBalanceRequest, ListIntervalsRequest, ListLedgerEntriesRequest, SubmitReadingRequest,
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{table::TABLE, town::BUILT};

/// What the hub does by itself (an operator announces outages where no network does), and what portals have no method for.
const NOBODY_ASKS: [&str; 5] = ["delivery", "requests", "outages", "payments", "changes"];

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_cell_answers_that_it_is_not_offered() -> anyhow::Result<()> {
    let mut asked = 0;
    for provider in &BUILT.region.providers {
        let id = provider.id();
        let (customer, account, _) = BUILT.customer(id, 8).await?;
        for interface in TABLE.empty(id).into_iter().filter(|interface| !NOBODY_ASKS.contains(interface)) {
            let refused = ask(&customer, &account, interface).await.err();
            let refused = refused.with_context(|| format!("{id} answers {interface}"))?;
            let reason = refused.get_details_error_info().map(|info| info.reason).unwrap_or_default();
            ensure!(
                (refused.code(), reason.as_str()) == (Code::Unimplemented, "NOT_OFFERED"),
                "{id} {interface}: {refused}"
            );
            asked += 1;
        }
    }
    ensure!(asked > 0, "no cell is empty");
    Ok(())
}

/// Asks for what an interface stands for.
async fn ask(customer: &Customer, account: &Account, interface: &str) -> Result<(), Status> {
    let parent = account.name.clone();
    // where there are no points and meters, names of the right form
    let point = account
        .supply_points
        .first()
        .map_or_else(|| format!("{parent}/points/{}", SupplyPointId::new()), |point| point.name.clone());
    match interface {
        "ledger" => {
            let request = ListLedgerEntriesRequest { parent, ..Default::default() };
            customer.invoices().list_ledger_entries(request).await.map(drop)
        }
        "balance" => customer.invoices().get_balance(GetBalanceRequest { name: parent }).await.map(drop),
        "readings" => {
            let request = SubmitReadingRequest {
                parent: format!("{point}/meters/{}", MeterId::new()),
                reading_date: Some(Date { year: 2024, month: 8, day: 1 }),
                registers: vec![komunala_grpc::proto::v1::RegisterValue {
                    code: "total".into(),
                    value: Some(komunala_grpc::proto::google::r#type::Decimal { value: "1".into() }),
                }],
                request_id: uuid::Uuid::new_v4().to_string(),
                ..Default::default()
            };
            customer.readings().submit_reading(request).await.map(drop)
        }
        "intervals" => {
            let request = ListIntervalsRequest { parent: point, ..Default::default() };
            customer.readings().list_intervals(request).await.map(drop)
        }
        other => Err(Status::internal(format!("no method for {other}"))),
    }
}

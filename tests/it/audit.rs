//! What the audit log tells operators.

use std::time::Duration;

use anyhow::ensure;
use komunala_demo::{Customer, Newcomer, World};
use komunala_grpc::proto::{
    operator::v1::{AuditEvent, ListAuditEventsRequest, audit_service_client::AuditServiceClient},
    v1::RegisterRequest,
};
use komunala_tests::{Database, TestWorld};
use tonic::{Request, Status, transport::Endpoint};
use tonic_types::StatusExt;

/// The events of a tenant's chain, as an operator sees them.
pub(crate) async fn events(world: &World, tenant: &str) -> anyhow::Result<Result<Vec<AuditEvent>, Status>> {
    let operators = Endpoint::from_shared(format!("http://{}", world.operator))?.connect().await?;
    let mut asked = Request::new(ListAuditEventsRequest { tenant: tenant.into(), ..Default::default() });
    asked.metadata_mut().insert("authorization", format!("Bearer {}", world.operator_token()?).parse()?);
    let answer = AuditServiceClient::new(operators).list_audit_events(asked).await;
    Ok(answer.map(|answer| answer.into_inner().events))
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_guesses_is_told_of_once_when_they_are_stopped() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let visitor = Customer::open(world.api, &world.region.portal_key).await?;
    let newcomer = Newcomer::at(&world.region, 0)?;
    let mut stopped = 0;
    for pin in 0..8 {
        let guess = RegisterRequest { pin: format!("{pin:04}"), ..newcomer.registration() };
        let refused = visitor.accounts().register(guess).await.unwrap_err();
        let reason = refused.get_details_error_info().map(|info| info.reason);
        stopped += u32::from(reason.as_deref() == Some("TOO_MANY_ATTEMPTS"));
    }
    ensure!(stopped > 1, "{stopped} guesses were stopped");
    // nobody waited for the log
    let told = async || {
        let events = events(&world, "region").await??;
        Ok::<_, anyhow::Error>(events.into_iter().filter(|event| event.action == "attempt_stopped").collect::<Vec<_>>())
    };
    let mut found = told().await?;
    for _ in 0..50 {
        if !found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        found = told().await?;
    }
    ensure!(found.len() == 1, "{found:?}");
    ensure!(found[0].actor == "anybody" && found[0].target.starts_with("pin "), "{found:?}");
    ensure!(!found[0].target.contains(&newcomer.bill.customer_number), "the log tells whose PIN was guessed");
    world.stop().await;
    Ok(())
}

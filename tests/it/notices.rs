//! What customers are told: in their utility's own words, as they wish, and as they see it in the portal.

mod told;
mod watched;
mod wishes;
mod words;

use komunala_demo::{Customer, Desk};
use komunala_grpc::proto::v1::{
    CreateRequestRequest, ListAccountsRequest, ListNotificationsRequest, ListNotificationsResponse, RequestKind,
};
use komunala_tests::TestWorld;
use tonic::Status;
use tonic_types::StatusExt;

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// Everything that somebody was told.
async fn told(customer: &Customer) -> Result<ListNotificationsResponse, Status> {
    Ok(customer.notifications().list_notifications(ListNotificationsRequest::default()).await?.into_inner())
}

/// Asks something, and has it answered: there is news. Answers the request's name.
async fn cause_news(world: &TestWorld, customer: &Customer) -> anyhow::Result<String> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    let question = CreateRequestRequest {
        parent: listed.accounts[0].name.clone(),
        kind: RequestKind::Question.into(),
        subject: "Kada se očitava?".to_owned(),
        text: "Zbog odmora.".to_owned(),
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let name = customer.support().create_request(question).await?.into_inner().name;
    Desk::open(world).await?.answer(&name, "Od prvog do petog.").await?;
    Ok(name)
}

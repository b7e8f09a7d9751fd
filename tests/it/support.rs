//! What customers ask of a provider's staff, with documents: at the desk, in the billing system, and back.

mod billing;
mod crash;
mod others;
mod uploads;

use komunala_demo::Customer;
use komunala_grpc::proto::v1::{
    Account, CreateRequestRequest, FormValue, ListAccountsRequest, RequestKind, UploadAttachmentRequest,
};
use tonic::Status;
use tonic_types::StatusExt;

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn detail(status: &Status, key: &str) -> String {
    let info = status.get_details_error_info();
    info.and_then(|info| info.metadata.get(key).cloned()).unwrap_or_default()
}

/// What a file is called, and nothing else of it.
fn named(file_name: &str) -> UploadAttachmentRequest {
    UploadAttachmentRequest { file_name: file_name.to_owned(), ..Default::default() }
}

/// The one account of a customer.
async fn account(customer: &Customer) -> anyhow::Result<Account> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    listed.accounts.into_iter().next().ok_or_else(|| anyhow::anyhow!("no account"))
}

/// The form of somebody whose household has grown.
fn grown(account: &Account, attachments: Vec<String>) -> CreateRequestRequest {
    CreateRequestRequest {
        parent: account.name.clone(),
        kind: RequestKind::DataChange.into(),
        subject: "Promena broja članova".to_owned(),
        text: "Od marta nas je četvoro.".to_owned(),
        fields: vec![FormValue { field: "occupants".to_owned(), value: "4".to_owned() }],
        attachments,
        request_id: uuid::Uuid::new_v4().to_string(),
    }
}

/// A question.
fn question(account: &Account) -> CreateRequestRequest {
    CreateRequestRequest {
        parent: account.name.clone(),
        kind: RequestKind::Question.into(),
        subject: "Kada se očitava?".to_owned(),
        text: "Zbog odmora.".to_owned(),
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    }
}

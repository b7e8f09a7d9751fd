//! `requests`: questions and complaints for the utility's staff.

use komunala_adapter_sdk::{
    Error,
    http::{Request, Transport},
    requests::{RequestKind, Requests, ServiceRequest},
};
use serde::{Deserialize, Serialize};

use crate::{Gas, billing::BillingSystem};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireRequest<'a> {
    account_id: &'a str,
    kind: &'a str,
    subject: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    request_id: String,
}

impl<T: Transport> BillingSystem<T> {
    /// Hands a request in and tells its number; the contract's `create-request`.
    pub fn create_request(&self, request: &ServiceRequest, key: &str) -> Result<String, Error> {
        let body = WireRequest {
            account_id: &request.account,
            kind: match request.kind {
                RequestKind::Question => "QUESTION",
                RequestKind::Feedback => "FEEDBACK",
                RequestKind::Complaint => "COMPLAINT",
                RequestKind::DataChange => "DATA_CHANGE",
            },
            subject: &request.subject,
            text: &request.text,
        };
        let request =
            Request::post(&self.settings.endpoint, &["v1", "requests"], &body)?.header("idempotency-key", key);
        Ok(self.write_json::<Created>(&request)?.request_id)
    }
}

impl Requests for Gas {
    fn create_request(request: ServiceRequest, key: String) -> Result<String, Error> {
        BillingSystem::here()?.create_request(&request, &key)
    }
}

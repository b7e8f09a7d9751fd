//! `requests`: questions and complaints for the utility's staff.

use komunala_adapter_sdk::{
    Error,
    http::{Request, Transport},
    requests::{RequestKind, Requests, ServiceRequest},
};
use serde::{Deserialize, Serialize};

use crate::{Adapter, System};

#[derive(Serialize)]
struct WireMessage<'a> {
    customer: &'a str,
    kind: &'a str,
    subject: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Taken {
    message: String,
}

impl<T: Transport> System<T> {
    /// Hands a message in and tells its number. The key goes along: the billing system takes a second message with the
    /// same key for the first.
    pub fn create_request(&self, request: &ServiceRequest, key: &str) -> Result<String, Error> {
        let body = WireMessage {
            customer: &request.account,
            kind: match request.kind {
                RequestKind::Question => "QUESTION",
                RequestKind::Feedback => "PRAISE",
                RequestKind::Complaint => "COMPLAINT",
                RequestKind::DataChange => "CHANGE",
            },
            subject: &request.subject,
            text: &request.text,
        };
        let request = Request::post(&self.endpoint, &["messages"], &body)?.header("idempotency-key", key);
        Ok(self.write::<Taken>(&request)?.message)
    }
}

impl Requests for Adapter {
    fn create_request(request: ServiceRequest, key: String) -> Result<String, Error> {
        System::here()?.create_request(&request, &key)
    }
}

//! Saying more about a request.

use komunala_domain::ids::{AttachmentId, EntryId, ServiceRequestId};
use uuid::Uuid;

use crate::{
    Hub,
    failure::Failure,
    ports::{
        WriteKey,
        service_requests::{NewEntry, Said, Thread},
    },
    scope::UserScope,
};

/// Says more about a request. The desk reads it; a billing system is told the first letter only.
#[derive(Debug)]
pub struct ReplyToRequest {
    /// The request.
    pub id: ServiceRequestId,
    /// The text.
    pub text: String,
    /// What comes along.
    pub attachments: Vec<AttachmentId>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Hub {
    /// Says more about a request of the signed-in user.
    pub async fn reply_to_request(&self, scope: &UserScope, reply: ReplyToRequest) -> Result<Thread, Failure> {
        let ReplyToRequest { id, text, attachments, request_id } = reply;
        let mut parts = vec![scope.user().to_string(), id.to_string(), text.clone()];
        parts.extend(attachments.iter().map(ToString::to_string));
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        let key = WriteKey { method: "ReplyToRequest", request_id, fingerprint: self.keys.fingerprint(&parts) };
        let entry = NewEntry { id: EntryId::new(), text, fields: Vec::new(), attachments };
        match self.service_requests.reply(scope, id, &entry, &key, self.clock.now()).await? {
            Said::Now => self.get_request(scope, id).await,
            Said::Before(answer) => self.said_before(scope, &answer).await,
            Said::Nowhere => Err(Failure::NotFound("request")),
            Said::Over => Err(Failure::RequestClosed),
            Said::NoAttachment(_) => Err(Failure::NotFound("attachment")),
        }
    }
}

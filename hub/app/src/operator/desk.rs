//! The desk: reading and answering what customers ask.

use bytes::Bytes;
use komunala_domain::{
    ProviderId,
    ids::{AttachmentId, EntryId, MessageId, ServiceRequestId},
};
use uuid::Uuid;

use super::Operations;
use crate::{
    failure::Failure,
    ports::{
        WriteKey,
        attachments::Attachment,
        outbox::{Content, Notice},
        service_requests::{DeskFilter, DeskStep, ServiceRequest, Stepped, Thread},
    },
    scope::{DeskScope, OperatorScope},
};

/// Answers a request.
#[derive(Debug)]
pub struct AnswerRequest {
    /// The provider.
    pub provider: ProviderId,
    /// The request.
    pub id: ServiceRequestId,
    /// The answer.
    pub text: String,
    /// Whether nothing more is to be said.
    pub close: bool,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Operations {
    /// A provider's requests, the oldest first, behind `after`. Nothing of what they say is opened for that.
    pub async fn list_desk_requests(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        filter: &DeskFilter,
        after: Option<ServiceRequestId>,
        limit: u32,
    ) -> Result<Vec<ServiceRequest>, Failure> {
        let desk = self.desk(scope, provider)?;
        Ok(self.0.hub.service_requests.desk_requests(&desk, provider, filter, after, limit).await?)
    }

    /// A request with all that was said about it. That somebody read it stands in the audit log.
    pub async fn get_desk_request(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: ServiceRequestId,
    ) -> Result<Thread, Failure> {
        let desk = self.desk(scope, provider)?;
        let found = self.0.hub.service_requests.desk_request(&desk, provider, id, self.0.hub.clock.now()).await?;
        found.ok_or(Failure::NotFound("request"))
    }

    /// Takes a request in hand.
    pub async fn take_request(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: ServiceRequestId,
    ) -> Result<Thread, Failure> {
        self.step(scope, provider, id, &DeskStep::Take).await
    }

    /// Answers a request; its customer is told by mail that there is an answer, and not what it says.
    pub async fn answer_request(&self, scope: &OperatorScope, answer: AnswerRequest) -> Result<Thread, Failure> {
        let AnswerRequest { provider, id, text, close, request_id } = answer;
        let entry = EntryId::new();
        let closed = if close { "closed" } else { "" };
        let fingerprint = self.0.hub.keys.fingerprint(&[scope.operator(), &id.to_string(), &text, closed]);
        let notice = Notice {
            id: MessageId::new(),
            provider: provider.clone(),
            subject: format!("{id} {entry}"),
            content: Content::RequestAnswered {},
            expires: None,
        };
        let key = WriteKey { method: "AnswerRequest", request_id, fingerprint };
        let thread = self
            .step(scope, &provider, id, &DeskStep::Answer { entry, text, close, notice: Box::new(notice), key })
            .await?;
        self.0.hub.bells.ring();
        Ok(thread)
    }

    /// Closes a request without another answer.
    pub async fn close_request(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: ServiceRequestId,
    ) -> Result<Thread, Failure> {
        self.step(scope, provider, id, &DeskStep::Close).await
    }

    /// An attachment of a request to a provider. That somebody looked at it stands in the audit log.
    pub async fn download_desk_attachment(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: AttachmentId,
    ) -> Result<(Attachment, Bytes), Failure> {
        let desk = self.desk(scope, provider)?;
        let found = self.0.hub.attachments.desk_attachment(&desk, provider, id, self.0.hub.clock.now()).await?;
        found.ok_or(Failure::NotFound("attachment"))
    }

    async fn step(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: ServiceRequestId,
        step: &DeskStep,
    ) -> Result<Thread, Failure> {
        let desk = self.desk(scope, provider)?;
        match self.0.hub.service_requests.desk_step(&desk, provider, id, step, self.0.hub.clock.now()).await? {
            Stepped::Done => self.get_desk_request(scope, provider, id).await,
            Stepped::Nowhere => Err(Failure::NotFound("request")),
            Stepped::Over => Err(Failure::RequestClosed),
        }
    }

    /// The desk of a provider's tenant. A provider out of reach is as good as none.
    pub(super) fn desk(&self, scope: &OperatorScope, provider: &ProviderId) -> Result<DeskScope, Failure> {
        let roster = self.0.hub.roster();
        let provider = roster.directory.provider(provider).filter(|provider| scope.reaches(&provider.tenant));
        let provider = provider.ok_or(Failure::NotFound("provider"))?;
        Ok(scope.desk(provider.tenant.clone()))
    }
}

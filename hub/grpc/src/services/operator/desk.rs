//! The desk.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::stream::{self, Iter};
use komunala_app::{
    Operations, PageRequest, operator::AnswerRequest, ports::service_requests::DeskFilter, scope::OperatorScope,
};
use komunala_domain::ids::ServiceRequestId;
use tonic::Status;

use crate::{
    convert::{self, Pieces},
    failure::{Failure, Reason},
    names::{self, RequestName},
    proto::operator::v1,
    services::asked::{Asked, page, write_id},
};

pub(super) async fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListDeskRequestsRequest>,
) -> Result<v1::ListDeskRequestsResponse, Failure> {
    let v1::ListDeskRequestsRequest { parent, state, assignee, page_size, page_token } = asked.message;
    let provider = names::provider("parent", &parent)?;
    let query = format!("{parent}/{state}/{assignee}/");
    let request: PageRequest = page(page_size, page_token);
    let (after, limit) = (behind(&query, &request.token)?, request.limit());
    let filter =
        DeskFilter { state: convert::state_of(state), assignee: Some(assignee).filter(|name| !name.is_empty()) };
    let mut found = operations.list_desk_requests(&asked.scope, &provider, &filter, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(format!("{query}{}", last.id)));
    Ok(v1::ListDeskRequestsResponse {
        requests: found.into_iter().map(convert::desk_line).collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

/// Where a page begins: behind the last request of the page before, of the same query.
fn behind(query: &str, token: &str) -> Result<Option<ServiceRequestId>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let place = URL_SAFE_NO_PAD.decode(token).ok().and_then(|text| String::from_utf8(text).ok());
    let place = place.and_then(|text| text.strip_prefix(query)?.parse().ok());
    place.map(Some).ok_or_else(|| Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query"))
}

pub(super) async fn get(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::GetDeskRequestRequest>,
) -> Result<v1::DeskRequestThread, Failure> {
    let RequestName { account, request } = RequestName::parse("name", &asked.message.name)?;
    let thread = operations.get_desk_request(&asked.scope, &account.provider, request).await?;
    Ok(convert::desk_thread(thread))
}

pub(super) async fn take(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::TakeRequestRequest>,
) -> Result<v1::DeskRequestThread, Failure> {
    let RequestName { account, request } = RequestName::parse("name", &asked.message.name)?;
    Ok(convert::desk_thread(operations.take_request(&asked.scope, &account.provider, request).await?))
}

pub(super) async fn answer(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::AnswerRequestRequest>,
) -> Result<v1::DeskRequestThread, Failure> {
    let RequestName { account, request } = RequestName::parse("name", &asked.message.name)?;
    let answer = AnswerRequest {
        provider: account.provider,
        id: request,
        text: asked.message.text,
        close: asked.message.close,
        request_id: write_id(&asked.message.request_id)?,
    };
    Ok(convert::desk_thread(operations.answer_request(&asked.scope, answer).await?))
}

pub(super) async fn close(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::CloseRequestRequest>,
) -> Result<v1::DeskRequestThread, Failure> {
    let RequestName { account, request } = RequestName::parse("name", &asked.message.name)?;
    Ok(convert::desk_thread(operations.close_request(&asked.scope, &account.provider, request).await?))
}

/// The attachment's pieces.
pub(in crate::services) type Chunks = Iter<Messages>;

pub(super) async fn download(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::DownloadDeskAttachmentRequest>,
) -> Result<Chunks, Failure> {
    let provider = names::provider("parent", &asked.message.parent)?;
    let id = names::attachment("name", &asked.message.name)?;
    let (attachment, bytes) = operations.download_desk_attachment(&asked.scope, &provider, id).await?;
    Ok(stream::iter(Messages(Pieces::of(&attachment, bytes))))
}

/// The pieces as messages.
pub(in crate::services) struct Messages(Pieces);

impl Iterator for Messages {
    type Item = Result<v1::DownloadDeskAttachmentResponse, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let (chunk, head) = self.0.next()?;
        let (attachment, content_disposition) = head.unzip();
        let content_disposition = content_disposition.unwrap_or_default();
        Some(Ok(v1::DownloadDeskAttachmentResponse { chunk, attachment, content_disposition }))
    }
}

//! SupportService.

use komunala_app::{
    Hub,
    ports::service_requests::Thread,
    request::{CreateRequest, ReplyToRequest},
    scope::UserScope,
};
use komunala_domain::ids::AttachmentId;
use tonic::{Request, Response, Status, async_trait};

use super::asked::{Asked, page, write_id};
use crate::{
    convert,
    failure::Failure,
    names::{self, AccountName, RequestName},
    proto::v1::{self, support_service_server::SupportService},
};

pub(super) struct Support {
    pub(super) hub: Hub,
}

#[async_trait]
impl SupportService for Support {
    async fn create_request(
        &self,
        request: Request<v1::CreateRequestRequest>,
    ) -> Result<Response<v1::RequestThread>, Status> {
        Ok(Response::new(self.create(Asked::by_user(request)?).await?))
    }

    async fn list_requests(
        &self,
        request: Request<v1::ListRequestsRequest>,
    ) -> Result<Response<v1::ListRequestsResponse>, Status> {
        Ok(Response::new(self.list(Asked::by_user(request)?).await?))
    }

    async fn get_request(
        &self,
        request: Request<v1::GetRequestRequest>,
    ) -> Result<Response<v1::RequestThread>, Status> {
        Ok(Response::new(self.get(Asked::by_user(request)?).await?))
    }

    async fn reply_to_request(
        &self,
        request: Request<v1::ReplyToRequestRequest>,
    ) -> Result<Response<v1::RequestThread>, Status> {
        Ok(Response::new(self.reply(Asked::by_user(request)?).await?))
    }
}

impl Support {
    async fn create(&self, asked: Asked<UserScope, v1::CreateRequestRequest>) -> Result<v1::RequestThread, Failure> {
        let Asked { scope, call, message, .. } = asked;
        let AccountName { provider, account } = AccountName::parse("parent", &message.parent)?;
        let request = CreateRequest {
            provider,
            account,
            kind: convert::kind_of(message.kind).ok_or_else(|| Failure::invalid_field("kind", "must be specified"))?,
            subject: message.subject,
            text: message.text,
            fields: convert::filled(message.fields),
            attachments: attachments(&message.attachments)?,
            request_id: write_id(&message.request_id)?,
        };
        Ok(convert::thread(self.hub.create_request(&scope, call, request).await?))
    }

    async fn list(
        &self,
        asked: Asked<UserScope, v1::ListRequestsRequest>,
    ) -> Result<v1::ListRequestsResponse, Failure> {
        let filter = names::accounts("parent", &asked.message.parent)?;
        let request = page(asked.message.page_size, asked.message.page_token);
        let page = self.hub.list_requests(&asked.scope, filter, request).await?;
        Ok(v1::ListRequestsResponse {
            requests: page.items.into_iter().map(convert::thread).collect(),
            next_page_token: page.next_token,
        })
    }

    async fn get(&self, asked: Asked<UserScope, v1::GetRequestRequest>) -> Result<v1::RequestThread, Failure> {
        Ok(convert::thread(self.named(&asked.scope, &asked.message.name).await?))
    }

    async fn named(&self, scope: &UserScope, name: &str) -> Result<Thread, Failure> {
        let name = RequestName::parse("name", name)?;
        let thread = self.hub.get_request(scope, name.request).await?;
        if is_of(&thread, &name) { Ok(thread) } else { Err(komunala_app::Failure::NotFound("request").into()) }
    }

    async fn reply(&self, asked: Asked<UserScope, v1::ReplyToRequestRequest>) -> Result<v1::RequestThread, Failure> {
        let named = self.named(&asked.scope, &asked.message.name).await?;
        let reply = ReplyToRequest {
            id: named.request.id,
            text: asked.message.text,
            attachments: attachments(&asked.message.attachments)?,
            request_id: write_id(&asked.message.request_id)?,
        };
        Ok(convert::thread(self.hub.reply_to_request(&asked.scope, reply).await?))
    }
}

/// Whether every part of a name is the request's.
fn is_of(thread: &Thread, name: &RequestName) -> bool {
    thread.request.provider == name.account.provider && thread.request.account == name.account.account
}

fn attachments(names: &[String]) -> Result<Vec<AttachmentId>, Failure> {
    names.iter().map(|name| names::attachment("attachments", name)).collect()
}

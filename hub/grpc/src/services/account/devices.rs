//! ListSessions and RevokeSession.

use komunala_app::{Hub, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names,
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListSessionsRequest>,
) -> Result<v1::ListSessionsResponse, Failure> {
    let request = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_sessions(&asked.scope, request).await?;
    let current = asked.scope.session();
    Ok(v1::ListSessionsResponse {
        sessions: page.items.into_iter().map(|session| convert::user_session(session, current)).collect(),
        next_page_token: page.next_token,
    })
}

pub(super) async fn revoke(
    hub: &Hub,
    asked: Asked<UserScope, v1::RevokeSessionRequest>,
) -> Result<v1::RevokeSessionResponse, Failure> {
    hub.revoke_session(&asked.scope, names::session("name", &asked.message.name)?).await?;
    Ok(v1::RevokeSessionResponse {})
}

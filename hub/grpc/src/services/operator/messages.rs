//! Mail: how it stands, what is stuck, and whom it does not reach.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_app::{Operations, PageRequest, ports::outbox::MessageState, scope::OperatorScope};
use komunala_domain::ProviderId;

use crate::{
    convert::message,
    failure::{Failure, Reason},
    names,
    proto::operator::v1,
    services::asked::{Asked, page},
};

pub(super) async fn delivery(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::GetDeliveryRequest>,
) -> Result<v1::Delivery, Failure> {
    Ok(message::delivery(operations.get_delivery(&asked.scope).await?))
}

pub(super) async fn release(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ReleaseDeliveryRequest>,
) -> Result<v1::Delivery, Failure> {
    Ok(message::delivery(operations.release_delivery(&asked.scope).await?))
}

pub(super) async fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListMessagesRequest>,
) -> Result<v1::ListMessagesResponse, Failure> {
    let provider = names::provider("parent", &asked.message.parent)?;
    let state = message::stuck_state(asked.message.state());
    let query = format!("{}/{}/", asked.message.parent, asked.message.state);
    let request = page(asked.message.page_size, asked.message.page_token);
    let (messages, next_page_token) = stuck(operations, &asked.scope, &provider, state, &query, &request).await?;
    Ok(v1::ListMessagesResponse { messages, next_page_token })
}

/// A page of messages that nothing more happens to, and the token of the next one.
pub(super) async fn stuck(
    operations: &Operations,
    scope: &OperatorScope,
    provider: &ProviderId,
    state: MessageState,
    query: &str,
    request: &PageRequest,
) -> Result<(Vec<v1::StuckMessage>, String), Failure> {
    let (after, limit) = (behind(query, &request.token)?, request.limit());
    let mut found = operations.list_messages(scope, provider, state, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_page_token = next(query, found.last().filter(|_| more).map(|last| last.id.to_string()));
    Ok((found.into_iter().map(message::message).collect(), next_page_token))
}

pub(super) async fn resolve(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ResolveUnknownRequest>,
) -> Result<v1::ResolveUnknownResponse, Failure> {
    decide(operations, &asked.scope, &asked.message.name, asked.message.resolution()).await?;
    Ok(v1::ResolveUnknownResponse {})
}

/// Settles what becomes of a message whose fate nobody knows.
pub(super) async fn decide(
    operations: &Operations,
    scope: &OperatorScope,
    name: &str,
    resolution: v1::Resolution,
) -> Result<(), Failure> {
    let name = names::message("name", name)?;
    let resolution = message::resolution(resolution);
    let resolution = resolution.ok_or_else(|| Failure::invalid_field("resolution", "must be given"))?;
    Ok(operations.resolve_unknown(scope, &name.provider, name.message, resolution).await?)
}

pub(super) async fn suppressions(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListSuppressionsRequest>,
) -> Result<v1::ListSuppressionsResponse, Failure> {
    let tenant = names::tenant("parent", &asked.message.parent)?;
    let query = format!("{}/", asked.message.parent);
    let request = page(asked.message.page_size, asked.message.page_token);
    let after = behind(&query, &request.token)?;
    let limit = request.limit();
    let mut found = operations.list_suppressions(&asked.scope, &tenant, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_page_token = next(&query, found.last().filter(|_| more).map(|last| last.id.to_string()));
    let suppressions = found.into_iter().map(|found| message::suppression(&tenant, found)).collect();
    Ok(v1::ListSuppressionsResponse { suppressions, next_page_token })
}

pub(super) async fn lift(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::LiftSuppressionRequest>,
) -> Result<v1::LiftSuppressionResponse, Failure> {
    let name = names::suppression("name", &asked.message.name)?;
    operations.lift_suppression(&asked.scope, &name.tenant, name.suppression).await?;
    Ok(v1::LiftSuppressionResponse {})
}

fn next(query: &str, last: Option<String>) -> String {
    last.map(|last| URL_SAFE_NO_PAD.encode(format!("{query}{last}"))).unwrap_or_default()
}

/// Where a page begins: behind the last item of the page before, of the same query.
fn behind<T: std::str::FromStr>(query: &str, token: &str) -> Result<Option<T>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let last = URL_SAFE_NO_PAD.decode(token).ok().and_then(|text| String::from_utf8(text).ok());
    let last = last.and_then(|text| text.strip_prefix(query)?.parse().ok());
    last.map(Some).ok_or_else(|| Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query"))
}

#[cfg(test)]
mod tests {
    use komunala_domain::ids::MessageId;

    use super::*;

    #[test]
    fn a_token_leads_on_in_its_own_query_alone() {
        let id = MessageId::new();
        let token = next("providers/gas/6/", Some(id.to_string()));
        assert_eq!(behind("providers/gas/6/", &token).unwrap(), Some(id));
        assert_eq!(behind::<MessageId>("providers/gas/5/", &token).unwrap_err().reason(), Reason::PageTokenInvalid);
        assert_eq!(behind::<MessageId>("providers/gas/6/", "").unwrap(), None);
    }
}

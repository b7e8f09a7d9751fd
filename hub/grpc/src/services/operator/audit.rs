//! The audit log.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_app::{
    Operations, page,
    ports::audit::{Chain, Event},
    scope::OperatorScope,
};
use komunala_domain::ids::UserId;

use crate::{
    convert,
    failure::{Failure, Reason},
    proto::operator::v1,
    services::asked::Asked,
};

pub(super) async fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListAuditEventsRequest>,
) -> Result<v1::ListAuditEventsResponse, Failure> {
    let v1::ListAuditEventsRequest { tenant, user, page_size, page_token } = asked.message;
    let chain = match tenant.as_str() {
        "" => Chain::Hub,
        name => Chain::Tenant(name.parse().map_err(|_| Failure::invalid_field("tenant", "is no tenant's name"))?),
    };
    let subject: Option<UserId> = match user.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::invalid_field("user", "is no user's id"))?),
    };
    let query = format!("{tenant}/{user}/");
    let after = behind(&query, &page_token)?;
    let limit = match u32::try_from(page_size).unwrap_or_default() {
        0 => page::DEFAULT_SIZE,
        size => size.min(page::MAX_SIZE),
    };
    let mut events = operations.list_audit_events(&asked.scope, &chain, subject, after, limit + 1).await?;
    let more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let next = events.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(format!("{query}{}", last.sequence)));
    Ok(v1::ListAuditEventsResponse {
        events: events.into_iter().map(event).collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

/// Where a page begins: behind the last event of the page before, of the same query.
fn behind(query: &str, token: &str) -> Result<u64, Failure> {
    if token.is_empty() {
        return Ok(0);
    }
    let sequence = URL_SAFE_NO_PAD.decode(token).ok().and_then(|text| String::from_utf8(text).ok());
    let sequence = sequence.and_then(|text| text.strip_prefix(query)?.parse().ok()).filter(|sequence| *sequence > 0);
    sequence.ok_or_else(|| Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query"))
}

fn event(event: Event) -> v1::AuditEvent {
    v1::AuditEvent {
        sequence: i64::try_from(event.sequence).unwrap_or(i64::MAX),
        event_time: Some(convert::moment(event.at)),
        actor: event.actor,
        action: event.action,
        user: event.subject.map(|user| user.to_string()).unwrap_or_default(),
        target: event.target,
        details: event.details.unwrap_or_default(),
        link: event.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_on_in_its_own_query_alone() {
        let token = URL_SAFE_NO_PAD.encode("ruma//7");
        assert_eq!(behind("ruma//", &token).unwrap(), 7);
        assert_eq!(behind("sid//", &token).unwrap_err().reason(), Reason::PageTokenInvalid);
        assert_eq!(behind("ruma//", "").unwrap(), 0);
    }
}

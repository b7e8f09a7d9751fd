//! Outages that operators announce, change and call off.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_app::{
    Operations,
    operator::{OutageDraft, ReviseOutage},
    ports::outages::OutageCursor,
    scope::OperatorScope,
};
use komunala_domain::PointNumber;

use crate::{
    convert,
    failure::{Failure, Reason},
    names::{self, PlannedOutageName},
    proto::operator::v1,
    services::asked::{Asked, page, write_id},
};

pub(super) async fn publish(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::PublishOutageRequest>,
) -> Result<v1::PlannedOutage, Failure> {
    let provider = names::provider("parent", &asked.message.parent)?;
    let (draft, id) = (draft(asked.message.outage)?, write_id(&asked.message.request_id)?);
    Ok(convert::planned_outage(operations.publish_outage(&asked.scope, &provider, draft, id).await?))
}

pub(super) async fn change(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ChangeOutageRequest>,
) -> Result<v1::PlannedOutage, Failure> {
    let v1::ChangeOutageRequest { name, outage, revision, request_id } = asked.message;
    let request = revised(&name, Some(draft(outage)?), revision, &request_id)?;
    Ok(convert::planned_outage(operations.revise_outage(&asked.scope, request).await?))
}

pub(super) async fn cancel(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::CancelOutageRequest>,
) -> Result<v1::PlannedOutage, Failure> {
    let v1::CancelOutageRequest { name, revision, request_id } = asked.message;
    let request = revised(&name, None, revision, &request_id)?;
    Ok(convert::planned_outage(operations.revise_outage(&asked.scope, request).await?))
}

pub(super) async fn get(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::GetOutageRequest>,
) -> Result<v1::PlannedOutage, Failure> {
    let name = PlannedOutageName::parse("name", &asked.message.name)?;
    Ok(convert::planned_outage(operations.get_outage(&asked.scope, &name.provider, name.outage).await?))
}

pub(super) async fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListOutagesRequest>,
) -> Result<v1::ListOutagesResponse, Failure> {
    let v1::ListOutagesRequest { parent, page_size, page_token } = asked.message;
    let provider = names::provider("parent", &parent)?;
    let request = page(page_size, page_token);
    let (after, limit) = (behind(&parent, &request.token)?, request.limit());
    let mut found = operations.list_planned_outages(&asked.scope, &provider, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let (start, id) = (last.standing.outage.start.as_nanosecond(), last.standing.id);
        URL_SAFE_NO_PAD.encode(format!("{parent}/{start}/{id}"))
    });
    Ok(v1::ListOutagesResponse {
        outages: found.into_iter().map(convert::planned_outage).collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

pub(super) async fn preview(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::PreviewOutageRequest>,
) -> Result<v1::PreviewOutageResponse, Failure> {
    let provider = names::provider("parent", &asked.message.parent)?;
    let draft = draft(asked.message.outage)?;
    Ok(convert::outage_preview(operations.preview_outage(&asked.scope, &provider, draft).await?))
}

fn revised(name: &str, draft: Option<OutageDraft>, revision: i32, request_id: &str) -> Result<ReviseOutage, Failure> {
    let PlannedOutageName { provider, outage: id } = PlannedOutageName::parse("name", name)?;
    // whether it is out of range was validated
    let revision = u32::try_from(revision).ok().filter(|revision| *revision > 0);
    Ok(ReviseOutage { provider, id, draft, revision, request_id: write_id(request_id)? })
}

fn draft(message: Option<v1::OutageDraft>) -> Result<OutageDraft, Failure> {
    let missing = |field| Failure::invalid_field(field, "must be given");
    let v1::OutageDraft { start_time, end_time, reason, point_numbers } = message.ok_or_else(|| missing("outage"))?;
    let start = start_time.as_ref().and_then(convert::moment_of).ok_or_else(|| missing("outage.start_time"))?;
    let reason = reason.trim();
    let points: Result<Vec<PointNumber>, Failure> = point_numbers
        .iter()
        .map(|number| {
            number.parse().map_err(|error| Failure::invalid_field("outage.point_numbers", format!("{error}")))
        })
        .collect();
    Ok(OutageDraft {
        start,
        end: end_time.as_ref().and_then(convert::moment_of),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        points: points?,
    })
}

/// Where a page begins: behind the last outage of the page before, of the same provider.
fn behind(parent: &str, token: &str) -> Result<Option<OutageCursor>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (start, id) = text.strip_prefix(parent)?.strip_prefix('/')?.split_once('/')?;
        let start = jiff::Timestamp::from_nanosecond(start.parse().ok()?).ok()?;
        Some(OutageCursor { start, id: id.parse().ok()? })
    };
    let place =
        read().ok_or_else(|| Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query"))?;
    Ok(Some(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_on_among_the_outages_of_its_own_provider() {
        let id = komunala_domain::ids::OutageId::new();
        let start: jiff::Timestamp = "2026-11-25T07:00:00Z".parse().unwrap();
        let token = URL_SAFE_NO_PAD.encode(format!("providers/el/{}/{id}", start.as_nanosecond()));
        assert_eq!(behind("providers/el", &token).unwrap(), Some(OutageCursor { start, id }));
        assert_eq!(behind("providers/gas", &token).unwrap_err().reason(), Reason::PageTokenInvalid);
        assert_eq!(behind("providers/el", "").unwrap(), None);
    }
}

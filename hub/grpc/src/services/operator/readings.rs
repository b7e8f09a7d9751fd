//! The desk's readings.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use komunala_app::{Operations, PageRequest, operator::EnterReading, scope::OperatorScope};
use komunala_domain::ids::ReadingId;

use crate::{
    convert,
    failure::{Failure, Reason},
    names,
    proto::{operator::v1, v1 as portal},
    services::asked::{Asked, day, page, write_id},
};

pub(super) async fn list(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::ListDeskReadingsRequest>,
) -> Result<v1::ListDeskReadingsResponse, Failure> {
    let v1::ListDeskReadingsRequest { parent, page_size, page_token } = asked.message;
    let provider = names::provider("parent", &parent)?;
    let query = format!("readings/{parent}/");
    let request: PageRequest = page(page_size, page_token);
    let (after, limit) = (behind(&query, &request.token)?, request.limit());
    let mut found = operations.list_desk_readings(&asked.scope, &provider, after, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(format!("{query}{}", last.id)));
    Ok(v1::ListDeskReadingsResponse {
        readings: found.into_iter().map(|copy| convert::reading(&provider, copy)).collect(),
        next_page_token: next.unwrap_or_default(),
    })
}

/// Where a page begins: behind the last reading of the page before, of the same query.
fn behind(query: &str, token: &str) -> Result<Option<ReadingId>, Failure> {
    if token.is_empty() {
        return Ok(None);
    }
    let place = URL_SAFE_NO_PAD.decode(token).ok().and_then(|text| String::from_utf8(text).ok());
    let place = place.and_then(|text| text.strip_prefix(query)?.parse().ok());
    place.map(Some).ok_or_else(|| Failure::new(Reason::PageTokenInvalid, "the page token belongs to another query"))
}

pub(super) async fn enter(
    operations: &Operations,
    asked: Asked<OperatorScope, v1::EnterReadingRequest>,
) -> Result<portal::Reading, Failure> {
    let message = asked.message;
    let provider = names::provider("parent", &message.parent)?;
    let date = day("reading_date", message.reading_date.as_ref())?
        .ok_or_else(|| Failure::invalid_field("reading_date", "is required"))?;
    let request = EnterReading {
        provider: provider.clone(),
        number: message.number,
        serial_number: message.serial_number,
        date,
        registers: convert::register_states(message.registers)?,
        request_id: write_id(&message.request_id)?,
    };
    let entered = operations.enter_reading(&asked.scope, asked.call, request).await?;
    Ok(convert::reading(&provider, entered))
}

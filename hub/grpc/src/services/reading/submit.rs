//! SubmitReading and CheckReading.

use komunala_app::{
    Hub,
    reading::{SubmitReading, TakenReading},
    scope::UserScope,
};

use crate::{
    convert,
    failure::Failure,
    names::{self, MeterName},
    proto::{google::r#type::Date, v1},
    services::asked::{Asked, day, write_id},
};

pub(super) async fn submit(
    hub: &Hub,
    asked: Asked<UserScope, v1::SubmitReadingRequest>,
) -> Result<v1::Reading, Failure> {
    let message = asked.message;
    let taken = taken(&message.parent, message.reading_date.as_ref(), message.registers)?;
    let photos = message.attachments.iter().map(|name| names::attachment("attachments", name));
    let provider = taken.provider.clone();
    let request = SubmitReading {
        taken,
        photos: photos.collect::<Result<_, _>>()?,
        confirmed: message.confirmed,
        request_id: write_id(&message.request_id)?,
    };
    let submitted = hub.submit_reading(&asked.scope, asked.call, request).await?;
    Ok(convert::submitted(&provider, submitted, asked.language))
}

pub(super) async fn check(
    hub: &Hub,
    asked: Asked<UserScope, v1::CheckReadingRequest>,
) -> Result<v1::CheckReadingResponse, Failure> {
    let message = asked.message;
    let taken = taken(&message.parent, message.reading_date.as_ref(), message.registers)?;
    let findings = hub.check_reading(&asked.scope, asked.call, &taken).await?;
    Ok(v1::CheckReadingResponse {
        findings: findings.iter().map(|finding| convert::finding(finding, asked.language)).collect(),
    })
}

/// The reading that a request carries.
fn taken(parent: &str, date: Option<&Date>, registers: Vec<v1::RegisterValue>) -> Result<TakenReading, Failure> {
    let MeterName { point, meter } = MeterName::parse("parent", parent)?;
    let date = day("reading_date", date)?.ok_or_else(|| Failure::invalid_field("reading_date", "is required"))?;
    Ok(TakenReading {
        provider: point.account.provider,
        account: point.account.account,
        point: point.point,
        meter,
        date,
        registers: convert::register_states(registers)?,
    })
}

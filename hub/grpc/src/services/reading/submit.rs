//! SubmitReading and CheckReading.

use komunala_app::{
    Hub,
    reading::{SubmitReading, TakenReading},
    scope::UserScope,
};
use komunala_domain::reading::RegisterState;

use crate::{
    convert,
    failure::{Failure, Reason},
    names::MeterName,
    proto::{google::r#type::Date, v1},
    services::asked::{Asked, day, write_id},
    validation::Violation,
};

pub(super) async fn submit(
    hub: &Hub,
    asked: Asked<UserScope, v1::SubmitReadingRequest>,
) -> Result<v1::Reading, Failure> {
    if !asked.message.attachments.is_empty() {
        return Err(Failure::new(Reason::NotOffered, "no provider takes photos of meters yet")
            .with("capability", "attachments"));
    }
    let message = asked.message;
    let taken = taken(&message.parent, message.reading_date.as_ref(), message.registers)?;
    let provider = taken.provider.clone();
    let request = SubmitReading { taken, confirmed: message.confirmed, request_id: write_id(&message.request_id)? };
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
        registers: states(registers)?,
    })
}

fn states(registers: Vec<v1::RegisterValue>) -> Result<Vec<RegisterState>, Failure> {
    let mut states = Vec::with_capacity(registers.len());
    let mut wrong = Vec::new();
    for (index, register) in registers.into_iter().enumerate() {
        match register.value.as_ref().and_then(convert::number_of) {
            Some(value) => states.push(RegisterState { code: register.code, value }),
            None => wrong.push(Violation::new(
                format!("registers[{index}].value"),
                "must be at most 12 digits, and at most 6 more behind a point",
            )),
        }
    }
    if wrong.is_empty() { Ok(states) } else { Err(Failure::invalid(wrong)) }
}

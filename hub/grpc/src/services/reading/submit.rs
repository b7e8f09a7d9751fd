//! SubmitReading.

use komunala_app::{Hub, reading::SubmitReading, scope::UserScope};
use komunala_domain::reading::RegisterState;

use crate::{
    convert,
    failure::{Failure, Reason},
    names::MeterName,
    proto::v1,
    services::asked::{Asked, day, write_id},
    validation::Violation,
};

pub(super) async fn submit(
    hub: &Hub,
    asked: Asked<UserScope, v1::SubmitReadingRequest>,
) -> Result<v1::Reading, Failure> {
    let MeterName { point, meter } = MeterName::parse("parent", &asked.message.parent)?;
    if !asked.message.attachments.is_empty() {
        return Err(Failure::new(Reason::NotOffered, "no provider takes photos of meters yet")
            .with("capability", "attachments"));
    }
    let provider = point.account.provider;
    let date = day("reading_date", asked.message.reading_date.as_ref())?
        .ok_or_else(|| Failure::invalid_field("reading_date", "is required"))?;
    let request = SubmitReading {
        provider: provider.clone(),
        account: point.account.account,
        point: point.point,
        meter,
        date,
        registers: states(asked.message.registers)?,
        confirmed: asked.message.confirmed,
        request_id: write_id(&asked.message.request_id)?,
    };
    let submitted = hub.submit_reading(&asked.scope, asked.call, request).await?;
    Ok(convert::submitted(&provider, submitted, asked.language))
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

//! A reading that follows from the last one, handed in twice under one name.

use anyhow::{Context, ensure};
use jiff::tz::TimeZone;
use komunala_grpc::proto::{
    google::r#type::{Date, Decimal},
    v1::{
        Account, GetProviderRequest, ListReadingsRequest, Meter, Reading, ReadingState, RegisterValue,
        SubmitReadingRequest,
    },
};

use super::request_id;
use crate::Customer;

/// Submits today's reading of an account's first meter, all registers together, and once more under the same name.
pub(crate) async fn submit_next(customer: &Customer, account: &Account) -> anyhow::Result<Reading> {
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let request = ListReadingsRequest { parent: meter.name.clone(), page_size: 200, ..Default::default() };
    let known = customer.readings().list_readings(request).await?.into_inner().readings;
    let name = account.name.split("/accounts/").next().unwrap_or_default().to_owned();
    let provider = customer.providers().get_provider(GetProviderRequest { name }).await?.into_inner();
    let today = jiff::Timestamp::now().to_zoned(TimeZone::get(&provider.time_zone)?).date();
    let request = SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Date { year: today.year().into(), month: today.month().into(), day: today.day().into() }),
        registers: last_states(meter, &known)?,
        request_id: request_id(),
        ..Default::default()
    };
    let taken = customer.readings().submit_reading(request.clone()).await?.into_inner();
    let is_there = matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted);
    ensure!(is_there, "the reading is {:?}", taken.state());
    customer.readings().submit_reading(request).await?;
    Ok(taken)
}

/// What each register showed last, and a little more where it shows whole units.
fn last_states(meter: &Meter, known: &[Reading]) -> anyhow::Result<Vec<RegisterValue>> {
    let last = |code: &str| {
        let mut states = known.iter().flat_map(|reading| &reading.registers);
        let state = states.find(|state| state.code == code).and_then(|state| state.value.as_ref());
        state.with_context(|| format!("the register {code} has no history"))
    };
    let next = |value: &Decimal| match value.value.parse::<i64>() {
        Ok(whole) => Decimal { value: (whole + 1).to_string() },
        Err(_) => value.clone(),
    };
    let registers = meter
        .registers
        .iter()
        .map(|register| Ok(RegisterValue { code: register.code.clone(), value: Some(next(last(&register.code)?)) }));
    registers.collect()
}

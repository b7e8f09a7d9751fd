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

/// Asks to submit today's reading of an account's first meter: of each register one unit more than it showed last. That is
/// little for the weeks since then, so the customer confirms it.
pub async fn next_reading(customer: &Customer, account: &Account) -> anyhow::Result<SubmitReadingRequest> {
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let request = ListReadingsRequest { parent: meter.name.clone(), page_size: 200, ..Default::default() };
    let known = customer.readings().list_readings(request).await?.into_inner().readings;
    let name = account.name.split("/accounts/").next().unwrap_or_default().to_owned();
    let provider = customer.providers().get_provider(GetProviderRequest { name }).await?.into_inner();
    let today = jiff::Timestamp::now().to_zoned(TimeZone::get(&provider.time_zone)?).date();
    Ok(SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Date { year: today.year().into(), month: today.month().into(), day: today.day().into() }),
        registers: last_states(meter, &known)?,
        confirmed: true,
        request_id: request_id(),
        ..Default::default()
    })
}

/// Submits the next reading of an account's first meter, all registers together, and once more under the same name.
pub(crate) async fn submit_next(customer: &Customer, account: &Account) -> anyhow::Result<Reading> {
    let request = next_reading(customer, account).await?;
    let taken = customer.readings().submit_reading(request.clone()).await?.into_inner();
    let is_there = matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted);
    ensure!(is_there, "the reading is {:?}", taken.state());
    customer.readings().submit_reading(request).await?;
    Ok(taken)
}

/// What each register showed last, and one unit more.
fn last_states(meter: &Meter, known: &[Reading]) -> anyhow::Result<Vec<RegisterValue>> {
    let last = |code: &str| {
        let mut states = known.iter().flat_map(|reading| &reading.registers);
        let state = states.find(|state| state.code == code).and_then(|state| state.value.as_ref());
        state.with_context(|| format!("the register {code} has no history"))
    };
    // a customer reads whole units, whatever remote readings say
    let next = |value: &Decimal| -> anyhow::Result<Decimal> {
        let whole: i64 = value.value.split('.').next().unwrap_or_default().parse()?;
        Ok(Decimal { value: (whole + 1).to_string() })
    };
    let registers = meter
        .registers
        .iter()
        .map(|register| Ok(RegisterValue { code: register.code.clone(), value: Some(next(last(&register.code)?)?) }));
    registers.collect()
}

//! A meter reading.

use anyhow::{Context, ensure};
use jiff::tz::TimeZone;
use komunala_grpc::proto::{
    google::r#type::{Date, Decimal},
    v1::{Account, ListReadingsRequest, ReadingState, RegisterValue, SubmitReadingRequest},
};

use komunala_simulators::gas::GasSimulator;

use crate::{
    Customer,
    story::{Teller, request_id},
};

pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    account: &Account,
    billing: &GasSimulator,
) -> anyhow::Result<()> {
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let request = ListReadingsRequest { parent: meter.name.clone(), ..Default::default() };
    let known = customer.readings().list_readings(request.clone()).await?.into_inner().readings;
    let newest = known.first().context("no earlier reading")?;
    let state = newest.registers.first().and_then(|register| register.value.as_ref()).context("no state")?;
    let state: i64 = state.value.parse().context("the state is no whole number")?;
    teller.holds("ListReadings", &format!("{} readings; the meter {} shows {state}", known.len(), meter.serial_number));

    let zone = TimeZone::get("Europe/Belgrade")?;
    let today = jiff::Timestamp::now().to_zoned(zone).date();
    let submit = |value: i64| SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Date {
            year: i32::from(today.year()),
            month: i32::from(today.month()),
            day: i32::from(today.day()),
        }),
        registers: vec![RegisterValue {
            code: meter.registers.first().map(|register| register.code.clone()).unwrap_or_default(),
            value: Some(Decimal { value: value.to_string() }),
        }],
        request_id: request_id(),
        ..Default::default()
    };
    if let Some(lower) = state.checked_sub(1).filter(|lower| *lower >= 0) {
        let refused = customer.readings().submit_reading(submit(lower)).await;
        ensure!(refused.is_err(), "a reading below the last one was taken");
    }
    let request = submit(state + 7);
    let taken = customer.readings().submit_reading(request.clone()).await?.into_inner();
    ensure!(
        matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted),
        "the reading is {:?}",
        taken.state()
    );
    customer.readings().submit_reading(request).await?;
    let arrived = billing.submitted_readings();
    ensure!(arrived.len() == 1, "{} readings arrived instead of one", arrived.len());
    teller.holds("SubmitReading", "arrived once in the billing system, though it was sent twice");
    Ok(())
}

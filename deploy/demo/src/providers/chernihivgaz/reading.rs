//! A reading in the window, or outside of it: that depends on the day on which the story is told.

use anyhow::{Context, ensure};
use jiff::tz::TimeZone;
use komunala_grpc::proto::{
    google::r#type::{Date, Decimal},
    v1::{Account, ListReadingsRequest, RegisterValue, SubmitReadingRequest},
};
use komunala_simulators::gas::GasSimulator;
use tonic_types::StatusExt;

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
    let readings = customer.readings().list_readings(request).await?.into_inner().readings;
    let register = readings.first().and_then(|reading| reading.registers.first()).context("no reading")?;
    let state: i64 = register.value.as_ref().context("no state")?.value.parse()?;
    let today = jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/Kyiv")?).date();
    let submit = SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Date { year: today.year().into(), month: today.month().into(), day: today.day().into() }),
        registers: vec![RegisterValue {
            code: register.code.clone(),
            value: Some(Decimal { value: (state + 1).to_string() }),
        }],
        request_id: request_id(),
        ..Default::default()
    };
    let answer = customer.readings().submit_reading(submit).await;
    if today.day() <= 5 {
        answer?;
        ensure!(billing.submitted_readings().len() == 1, "the reading did not arrive");
        teller.holds("SubmitReading", "taken: today is one of the first five days of the month");
        return Ok(());
    }
    let refused = answer.err().context("a reading outside the window was taken")?;
    let findings = refused.get_details_error_info().and_then(|info| info.metadata.get("findings").cloned());
    ensure!(findings.as_deref() == Some("OUTSIDE_WINDOW"), "{refused}");
    ensure!(billing.counters.requests("POST /v1/readings") == 0, "the billing system was asked");
    teller.holds("SubmitReading after the 5th", "refused by the hub; the billing system was not asked");
    Ok(())
}

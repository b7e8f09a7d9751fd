//! A meter reading.

use anyhow::{Context, ensure};
use komunala_grpc::proto::{
    google::r#type::Decimal,
    v1::{Account, CheckReadingRequest, FindingSeverity, ListReadingsRequest},
};
use komunala_simulators::gas::GasSimulator;

use crate::{
    Customer,
    story::{Teller, consumption, next_reading, submit_next},
};

pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    account: &Account,
    billing: &GasSimulator,
) -> anyhow::Result<()> {
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let request = ListReadingsRequest { parent: meter.name.clone(), ..Default::default() };
    let known = customer.readings().list_readings(request).await?.into_inner().readings;
    let newest = known.first().context("no earlier reading")?;
    let state = newest.registers.first().and_then(|register| register.value.as_ref()).context("no state")?;
    let state: i64 = state.value.parse().context("the state is no whole number")?;
    teller.holds("ListReadings", &format!("{} readings; the meter {} shows {state}", known.len(), meter.serial_number));

    consumption::last_month(teller, customer, account).await.context("statistics")?;

    if let Some(lower) = state.checked_sub(1).filter(|lower| *lower >= 0) {
        let mut submit = next_reading(customer, account).await?;
        submit.registers.iter_mut().for_each(|register| register.value = Some(Decimal { value: lower.to_string() }));
        let refused = customer.readings().submit_reading(submit).await;
        ensure!(refused.is_err(), "a reading below the last one was taken");
    }
    let next = next_reading(customer, account).await?;
    let check = CheckReadingRequest { parent: next.parent, reading_date: next.reading_date, registers: next.registers };
    let findings = customer.readings().check_reading(check).await?.into_inner().findings;
    ensure!(findings.iter().all(|finding| finding.severity() == FindingSeverity::Warning), "{findings:?}");
    ensure!(billing.submitted_readings().is_empty(), "what was only looked at arrived");
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let beside = if codes.is_empty() { "usual".to_owned() } else { codes.join(", ") };
    teller.holds("CheckReading", &format!("one cubic metre since then, beside the same season last year: {beside}"));

    submit_next(customer, account).await?;
    let arrived = billing.submitted_readings();
    ensure!(arrived.len() == 1, "{} readings arrived instead of one", arrived.len());
    teller.holds("SubmitReading", "arrived once in the billing system, though it was sent twice");
    Ok(())
}

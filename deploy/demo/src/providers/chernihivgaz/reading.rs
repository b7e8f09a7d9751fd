//! A reading in the window, or outside of it: that depends on the day on which the story is told.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::Account;
use komunala_simulators::gas::GasSimulator;
use tonic_types::StatusExt;

use crate::{
    Customer,
    story::{Teller, next_reading},
};

pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    account: &Account,
    billing: &GasSimulator,
) -> anyhow::Result<()> {
    let submit = next_reading(customer, account).await?;
    let day = submit.reading_date.context("a reading of no day")?.day;
    let answer = customer.readings().submit_reading(submit).await;
    if day <= 5 {
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

//! What a supply point used.

use anyhow::{Context, ensure};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use komunala_grpc::proto::{
    google::r#type::Date as Day,
    v1::{Account, ConsumptionBucket, ConsumptionFormat, ExportConsumptionRequest, GetStatisticsRequest},
};

use crate::{Customer, story::Teller};

fn point(account: &Account) -> anyhow::Result<String> {
    Ok(account.supply_points.first().context("no supply point")?.name.clone())
}

/// The latest month of which all days are known, at an account's first supply point.
pub(crate) async fn last_month(teller: &Teller<'_>, customer: &Customer, account: &Account) -> anyhow::Result<()> {
    let request = GetStatisticsRequest { parent: point(account)?, ..Default::default() };
    let months = customer.readings().get_statistics(request).await?.into_inner().buckets;
    let is_known = |month: &&ConsumptionBucket| month.days == month.known_days;
    let month = months.iter().rev().find(is_known).context("no month is known")?;
    let (first, quantity) = (month.start_date.context("no day")?, month.quantity.as_ref().context("no quantity")?);
    let before = month.previous_year_quantity.as_ref().context("nothing is known of the year before")?;
    let told =
        format!("{}-{:02}: {} {}, a year before {}", first.year, first.month, quantity.value, month.unit, before.value);
    teller.holds("GetStatistics", &told);
    Ok(())
}

/// What was measured in thirty days, as a file to take along.
pub(crate) async fn green_button(teller: &Teller<'_>, customer: &Customer, account: &Account) -> anyhow::Result<()> {
    let first = Timestamp::now().to_zoned(TimeZone::UTC).date().checked_sub(30.days())?;
    let request = ExportConsumptionRequest {
        parent: point(account)?,
        start_date: Some(Day { year: first.year().into(), month: first.month().into(), day: first.day().into() }),
        format: ConsumptionFormat::GreenButton.into(),
        ..Default::default()
    };
    let mut stream = customer.readings().export_consumption(request).await?.into_inner();
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(piece) = stream.message().await? {
        name.push_str(&piece.file_name);
        bytes.extend_from_slice(&piece.chunk);
    }
    let feed = String::from_utf8(bytes)?;
    let values = feed.matches("<IntervalReading>").count();
    ensure!(values > 28 * 96, "{values} values of thirty days");
    teller.holds("ExportConsumption", &format!("{name}: {values} values as Green Button, {} kB", feed.len() / 1000));
    Ok(())
}

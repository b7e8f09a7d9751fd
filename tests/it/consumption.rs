//! What was used, out of what was read and measured.

use anyhow::{Context, ensure};
use jiff::{civil::Date, tz::TimeZone};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::{
    google::r#type::{Date as Day, Decimal},
    v1::{
        ConsumptionBucket, GetStatisticsRequest, ListAccountsRequest, ListReadingsRequest, StatisticsPeriod,
        SupplyPoint,
    },
};
use komunala_tests::{TestWorld, on_both_databases};
use tonic::Code;

fn today() -> anyhow::Result<Date> {
    Ok(jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/Belgrade")?).date())
}

fn wire(date: Date) -> Day {
    Day { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}

async fn point(customer: &Customer) -> anyhow::Result<SupplyPoint> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    let account = listed.accounts.into_iter().next().context("no account")?;
    account.supply_points.into_iter().next().context("no supply point")
}

async fn told(customer: &Customer, request: GetStatisticsRequest) -> anyhow::Result<Vec<ConsumptionBucket>> {
    let answer = customer.readings().get_statistics(request).await?.into_inner();
    ensure!(answer.as_of_time.is_some(), "nobody says how old it is");
    Ok(answer.buckets)
}

fn exactly(value: Option<&Decimal>) -> anyhow::Result<rust_decimal::Decimal> {
    Ok(value.context("it is missing")?.value.parse()?)
}

on_both_databases! {
    async fn months_are_what_the_meter_counted_between_their_readings(database) {
        let world = TestWorld::start(database).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let point = point(&customer).await?;
        let border = today()?.first_of_month();
        let months = GetStatisticsRequest {
            parent: point.name.clone(),
            start_date: Some(wire(border.checked_sub(jiff::Span::new().months(3))?)),
            end_date: Some(wire(border.yesterday()?)),
            ..Default::default()
        };
        let months = told(&customer, months).await?;
        ensure!(months.len() == 3, "{months:?}");
        ensure!(months.iter().all(|month| month.known_days == month.days), "a month with a gap: {months:?}");

        let list = ListReadingsRequest { parent: point.meters[0].name.clone(), page_size: 200, ..Default::default() };
        let readings = customer.readings().list_readings(list).await?.into_inner().readings;
        let state_at_the_end_of = |date: Date| {
            let reading = readings.iter().find(|reading| reading.reading_date == Some(wire(date)));
            exactly(reading.context("no reading")?.registers[0].value.as_ref())
        };
        for month in &months {
            let first = month.start_date.as_ref().context("no start")?;
            let first = Date::new(first.year.try_into()?, first.month.try_into()?, first.day.try_into()?)?;
            let used = state_at_the_end_of(first.last_of_month())? - state_at_the_end_of(first.yesterday()?)?;
            ensure!(exactly(month.quantity.as_ref())? == used, "{first}: {month:?} instead of {used}");
            ensure!(month.unit == "m3" && month.quantity_per_day.is_some(), "{month:?}");
        }
        world.stop().await;
        Ok(())
    }

    async fn what_is_not_known_is_missing_and_what_is_not_measured_is_not_offered(database) {
        let world = TestWorld::start(database).await?;
        let (customer, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let parent = point(&customer).await?.name;
        let long_ago = |year: i16| Some(wire(Date::constant(year, 1, 1)));
        let asked = GetStatisticsRequest {
            parent: parent.clone(),
            period: StatisticsPeriod::HeatingSeason.into(),
            start_date: long_ago(1999),
            end_date: long_ago(2001),
        };
        let seasons = told(&customer, asked.clone()).await?;
        ensure!(seasons.len() == 3 && seasons.iter().all(|season| season.quantity.is_none()), "{seasons:?}");

        let days = GetStatisticsRequest { period: StatisticsPeriod::Day.into(), ..asked.clone() };
        let refused = customer.readings().get_statistics(days).await.unwrap_err();
        ensure!(refused.code() == Code::InvalidArgument, "two years of days: {refused}");
        let days = GetStatisticsRequest { parent, period: StatisticsPeriod::Day.into(), ..Default::default() };
        let refused = customer.readings().get_statistics(days).await.unwrap_err();
        ensure!(refused.code() == Code::Unimplemented, "{refused}");
        let turned = GetStatisticsRequest { start_date: asked.end_date, end_date: asked.start_date, ..asked };
        let refused = customer.readings().get_statistics(turned).await.unwrap_err();
        ensure!(refused.code() == Code::InvalidArgument, "{refused}");
        world.stop().await;
        Ok(())
    }
}

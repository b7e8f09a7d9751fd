//! A provider's reading window: outside of it the hub says no, and asks nobody.

use anyhow::{Context, ensure};
use jiff::{civil::Date, tz::TimeZone};
use komunala_demo::{Chernihivgaz, Customer, Newcomer, WorldSettings};
use komunala_grpc::proto::{
    google::r#type::{Date as Day, Decimal},
    v1::{
        CheckReadingRequest, GetReadingWindowRequest, GetReadingWindowResponse, ListAccountsRequest,
        ListReadingsRequest, ReadingState, RegisterValue, SubmitReadingRequest,
    },
};
use komunala_tests::{Database, TestWorld, on_both_databases, worlds};
use tonic_types::StatusExt;

/// A world in which readings are taken on these days of a month.
async fn open_on(database: Database, first: i8, last: i8) -> anyhow::Result<TestWorld> {
    let dir = tempfile::tempdir()?;
    let window = format!("reading_window = {{ days_of_month = {{ first = {first}, last = {last} }} }}");
    let settings = WorldSettings {
        providers: vec!["chernihivgaz"],
        changes: format!("[chernihivgaz.provider]\n{window}").parse()?,
        ..worlds::settings(&dir, database.create().await?, toml::Table::new())
    };
    TestWorld::in_folder(dir, settings).await
}

fn today() -> anyhow::Result<Date> {
    Ok(jiff::Timestamp::now().to_zoned(TimeZone::get("Europe/Kyiv")?).date())
}

async fn reading(customer: &Customer, date: Date) -> anyhow::Result<SubmitReadingRequest> {
    let listed = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner();
    let account = listed.accounts.first().context("no account")?;
    let meter = account.supply_points.first().and_then(|point| point.meters.first()).context("no meter")?;
    let request = ListReadingsRequest { parent: meter.name.clone(), ..Default::default() };
    let readings = customer.readings().list_readings(request).await?.into_inner().readings;
    let register = readings.first().and_then(|reading| reading.registers.first()).context("no reading")?;
    let state: i64 = register.value.as_ref().context("no state")?.value.parse()?;
    Ok(SubmitReadingRequest {
        parent: meter.name.clone(),
        reading_date: Some(Day { year: date.year().into(), month: date.month().into(), day: date.day().into() }),
        registers: vec![RegisterValue {
            code: register.code.clone(),
            value: Some(Decimal { value: state.to_string() }),
        }],
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    })
}

async fn window(customer: &Customer) -> anyhow::Result<GetReadingWindowResponse> {
    let request = GetReadingWindowRequest { name: "providers/chernihivgaz".to_owned() };
    Ok(customer.readings().get_reading_window(request).await?.into_inner())
}

/// The codes of what is found about a reading that nobody submits.
async fn found(customer: &Customer, request: &SubmitReadingRequest) -> anyhow::Result<Vec<String>> {
    let request = CheckReadingRequest {
        parent: request.parent.clone(),
        reading_date: request.reading_date,
        registers: request.registers.clone(),
    };
    let findings = customer.readings().check_reading(request).await?.into_inner().findings;
    Ok(findings.into_iter().map(|finding| finding.code).collect())
}

on_both_databases! {
    async fn a_reading_outside_the_window_is_refused_and_the_billing_system_is_not_asked(database) {
        let another_day = today()?.day() % 28 + 1;
        let world = open_on(database, another_day, another_day).await?;
        let provider = world.region.provider::<Chernihivgaz>()?;
        let (customer, _) = Newcomer::of(provider, 0)?.settle(world.api, &world.region).await?;
        let request = reading(&customer, today()?).await?;
        provider.billing.counters.reset();
        let window = window(&customer).await?;
        let (first, last) = (window.first_date.context("no day")?, window.last_date.context("no day")?);
        ensure!(!window.is_open && first == last && first.day == i32::from(another_day), "{window:?}");
        ensure!(found(&customer, &request).await? == ["OUTSIDE_WINDOW"], "the day was found right");
        let refused = customer.readings().submit_reading(request).await.unwrap_err();
        let info = refused.get_details_error_info().context("no reason")?;
        ensure!(info.reason == "READING_REJECTED" && info.metadata["findings"] == "OUTSIDE_WINDOW", "{refused}");
        let counts = provider.billing.counters.counts();
        // the feed is followed whatever customers do
        let asked: Vec<_> = counts.requests.keys().filter(|request| !request.ends_with("/v1/changes")).collect();
        ensure!(asked.is_empty(), "the billing system was asked: {asked:?}");
        world.stop().await;
        Ok(())
    }

    async fn a_reading_inside_the_window_arrives_for_days_of_that_month(database) {
        let world = open_on(database, 1, 31).await?;
        let provider = world.region.provider::<Chernihivgaz>()?;
        // the billing system's own window, which the settings cannot widen
        let first = today()?.first_of_month();
        provider.billing.clock.fix(first);
        let (customer, _) = Newcomer::of(provider, 0)?.settle(world.api, &world.region).await?;
        ensure!(window(&customer).await?.is_open, "the window is closed");
        let mut request = reading(&customer, first).await?;
        ensure!(found(&customer, &request).await?.is_empty(), "an equal reading was found wrong");
        request.registers[0].value = Some(Decimal { value: "123456".to_owned() });
        ensure!(found(&customer, &request).await? == ["TOO_MANY_DIGITS"], "six digits fit a meter of five");
        ensure!(provider.billing.submitted_readings().is_empty(), "what was only checked arrived");
        let taken = customer.readings().submit_reading(reading(&customer, first).await?).await?.into_inner();
        ensure!(matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted), "{:?}", taken.state());
        ensure!(provider.billing.submitted_readings().len() == 1, "it did not arrive");
        let refused = customer.readings().submit_reading(reading(&customer, first.yesterday()?).await?).await;
        ensure!(refused.is_err(), "a reading of another month was taken");
        world.stop().await;
        Ok(())
    }
}

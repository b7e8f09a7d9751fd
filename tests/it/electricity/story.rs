//! A customer of the distributor, from the number on the bill to a revised quarter-hour, through gRPC.

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use komunala_demo::{Customer, customer::Download};
use komunala_grpc::proto::{
    google::r#type::{Date as WireDate, Decimal},
    v1::{
        self, Account, GetProviderRequest, GetStatisticsRequest, IntervalQuality, ListIntervalsRequest,
        ListInvoicesRequest, ListReadingsRequest, ReadingState, RegisterValue, SubmitReadingRequest,
    },
};
use komunala_simulators::ElectricitySimulator;
use komunala_tests::on_both_databases;
use tonic::Code;

use super::place::{Hub, PROVIDER};

fn zone() -> TimeZone {
    TimeZone::get("Europe/Ljubljana").expect("tests have time zones")
}

fn today() -> Date {
    Timestamp::now().to_zoned(zone()).date()
}

/// The latest day before yesterday's yesterday on which the clock changed so that it had so many hours.
fn last_day_of(hours: i64) -> anyhow::Result<Date> {
    let mut day = today().checked_sub(3.days())?;
    for _ in 0..800 {
        let midnight = |day: Date| day.to_zoned(zone()).map(|at| at.timestamp());
        if midnight(day.tomorrow()?)?.duration_since(midnight(day)?) == SignedDuration::from_hours(hours) {
            return Ok(day);
        }
        day = day.yesterday()?;
    }
    anyhow::bail!("the clock never changes")
}

fn wire(day: Date) -> WireDate {
    WireDate { year: day.year().into(), month: day.month().into(), day: day.day().into() }
}

fn moment(day: Date) -> anyhow::Result<prost_types::Timestamp> {
    Ok(prost_types::Timestamp { seconds: day.to_zoned(zone())?.timestamp().as_second(), nanos: 0 })
}

/// The values of some days of a supply point, page by page.
async fn values(
    customer: &Customer,
    account: &Account,
    day: Date,
    page_size: i32,
) -> anyhow::Result<Vec<v1::Interval>> {
    let mut request = ListIntervalsRequest {
        parent: account.supply_points[0].name.clone(),
        start_time: Some(moment(day)?),
        end_time: Some(moment(day.tomorrow()?)?),
        page_size,
        ..Default::default()
    };
    let mut values = Vec::new();
    loop {
        let page = customer.readings().list_intervals(request.clone()).await?.into_inner();
        values.extend(page.intervals);
        if page.next_page_token.is_empty() {
            return Ok(values);
        }
        request.page_token = page.next_page_token;
    }
}

on_both_databases! {
    async fn a_customer_of_two_utilities_sees_bills_in_both_forms_and_hands_in_both_registers(database) {
        let simulator = ElectricitySimulator::builder().customers(40).start("127.0.0.1:0").await?;
        let payer = simulator.ordinary(1)[0];
        let hub = Hub::start(database, simulator).await?;
        let (customer, account) = hub.customer(payer).await?;
        ensure!(account.supply_points[0].point_number == payer.number(), "{:?}", account.supply_points);
        ensure!(account.supply_points[0].market_code.len() == 18, "no GSRN");
        let name = format!("providers/{PROVIDER}");
        let offered = customer.providers().get_provider(GetProviderRequest { name }).await?.into_inner().capabilities;
        ensure!(offered == ["customers", "invoices", "documents", "readings", "intervals", "outages"], "{offered:?}");

        // bills of both utilities are one list
        let all = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), page_size: 200, ..Default::default() };
        let listed = customer.invoices().list_invoices(all).await?.into_inner();
        ensure!(listed.unreachable.is_empty(), "{:?}", listed.unreachable);
        let ours: Vec<_> = listed.invoices.iter().filter(|bill| bill.name.contains(PROVIDER)).collect();
        ensure!(ours.len() == 24 && listed.invoices.len() > 24, "{} of {}", ours.len(), listed.invoices.len());

        let name = &ours[0].name;
        let Download { media_type, bytes, .. } = customer.download(name, "").await?;
        ensure!(media_type == "application/pdf" && bytes.starts_with(b"%PDF-"), "{media_type}");
        let Download { media_type, bytes, .. } = customer.download(name, "application/xml").await?;
        ensure!(media_type == "application/xml" && String::from_utf8_lossy(&bytes).contains("urn:eslog:2.00"), "{media_type}");
        ensure!(customer.download(name, "application/xml").await?.bytes == bytes, "another document");
        let refused = customer.download(name, "text/csv").await.unwrap_err();
        ensure!(refused.code() == Code::Unimplemented, "{refused}");
        ensure!(customer.download(name, "no type").await.unwrap_err().code() == Code::InvalidArgument, "a bound");

        let meter = &account.supply_points[0].meters[0];
        let list = ListReadingsRequest { parent: meter.name.clone(), page_size: 1, ..Default::default() };
        let last = customer.readings().list_readings(list).await?.into_inner().readings.remove(0);
        let above = |register: &RegisterValue| {
            let whole = register.value.as_ref().and_then(|value| value.value.split('.').next()?.parse::<i64>().ok());
            RegisterValue { value: whole.map(|value| Decimal { value: (value + 15).to_string() }), ..register.clone() }
        };
        let now = today();
        let submit = SubmitReadingRequest {
            parent: meter.name.clone(),
            reading_date: Some(wire(now)),
            registers: last.registers.iter().map(above).collect(),
            confirmed: true,
            request_id: uuid::Uuid::new_v4().to_string(),
            ..Default::default()
        };
        ensure!(submit.registers.len() == 2, "{:?}", submit.registers);
        let one = SubmitReadingRequest { registers: submit.registers[..1].to_vec(), request_id: uuid::Uuid::new_v4().to_string(), ..submit.clone() };
        ensure!(customer.readings().submit_reading(one).await.is_err(), "one register of two was taken");
        let taken = customer.readings().submit_reading(submit).await?.into_inner();
        ensure!(matches!(taken.state(), ReadingState::Accepted | ReadingState::Posted), "{:?}", taken.state());
        let arrived = hub.simulator.submitted_readings();
        ensure!(arrived.len() == 1 && arrived[0].states.len() == 2, "{arrived:?}");
        hub.stop().await;
        Ok(())
    }

    async fn quarter_hours_are_complete_when_the_clock_changes_and_a_revision_replaces_them(database) {
        let simulator = ElectricitySimulator::builder().customers(40).start("127.0.0.1:0").await?;
        let payer = simulator.ordinary(1)[0];
        let hub = Hub::start(database, simulator).await?;
        let (customer, account) = hub.customer(payer).await?;
        for (hours, count) in [(23, 92), (25, 100), (24, 96)] {
            let day = last_day_of(hours)?;
            let values = values(&customer, &account, day, 0).await?;
            ensure!(values.len() == count, "{day}: {} values", values.len());
            ensure!(values.iter().all(|value| value.unit == "kWh" && value.register == "total"), "{day}");
        }
        let day = last_day_of(25)?;
        let long = GetStatisticsRequest {
            parent: account.supply_points[0].name.clone(),
            period: v1::StatisticsPeriod::Day.into(),
            start_date: Some(wire(day)),
            end_date: Some(wire(day)),
        };
        let told = customer.readings().get_statistics(long).await?.into_inner().buckets;
        let quarters = values(&customer, &account, day, 0).await?;
        let sum = quarters.iter().map(|value| value.value.as_ref().map_or("", |value| &value.value).parse::<rust_decimal::Decimal>());
        let sum: rust_decimal::Decimal = sum.collect::<Result<Vec<_>, _>>()?.into_iter().sum();
        let quantity = told.first().and_then(|day| day.quantity.as_ref()).context("the day is missing")?;
        ensure!(quantity.value.parse::<rust_decimal::Decimal>()? == sum, "{told:?} instead of {sum}");

        let paged = values(&customer, &account, day, 7).await?;
        let mut ends: Vec<_> = paged.iter().map(|value| value.end_time.map(|end| end.seconds)).collect();
        ends.dedup();
        ensure!(ends.len() == 100 && ends.is_sorted(), "{} values in pages", ends.len());

        // one day of ten is estimated at first: the billing system's clock is put back to when it was
        let now = Timestamp::now();
        let mut found = None;
        for back in 5..15 {
            let day = today().checked_sub(back.days())?;
            hub.simulator.moment.fix_at(day.tomorrow()?, 12);
            let before = values(&customer, &account, day, 0).await?;
            if before.iter().any(|value| value.quality() == IntervalQuality::Estimated) {
                found = Some((day, before));
                break;
            }
        }
        let (day, before) = found.context("no day was estimated")?;
        hub.simulator.moment.fix(now);
        let after = values(&customer, &account, day, 0).await?;
        ensure!(after.len() == before.len(), "{} values instead of {}", after.len(), before.len());
        ensure!(after.iter().all(|value| value.quality() == IntervalQuality::Valid), "it was not revised");
        ensure!(after.iter().zip(&before).any(|(after, before)| after.value != before.value), "no value changed");

        let point = account.supply_points[0].name.clone();
        let long = ListIntervalsRequest {
            parent: point.clone(),
            start_time: Some(moment(day.checked_sub(401.days())?)?),
            end_time: Some(moment(day)?),
            ..Default::default()
        };
        let refused = customer.readings().list_intervals(long).await.unwrap_err();
        ensure!(refused.code() == Code::InvalidArgument, "{refused}");
        let states = ListIntervalsRequest {
            parent: point,
            start_time: Some(moment(day)?),
            end_time: Some(moment(day.tomorrow()?)?),
            measure: v1::IntervalMeasure::State.into(),
            ..Default::default()
        };
        let states = customer.readings().list_intervals(states).await?.into_inner().intervals;
        ensure!(states.len() == 6, "two midnights of two tariffs and their total: {}", states.len());
        hub.stop().await;
        Ok(())
    }
}

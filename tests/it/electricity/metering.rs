//! Series through the adapter in its sandbox: formats, clock changes, meter swaps, gaps, feed-in, revisions, the quota.

use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::{SignedDuration, ToSpan, civil::Date, civil::date, tz::TimeZone};
use komunala_app::ports::{BillingError, BillingSystem, IntervalSource};
use komunala_domain::interval::{Direction, IntervalValue, Measure, Quality, Selection, Series, Span};
use komunala_sandbox::Adapter;
use komunala_simulators::{
    ElectricitySimulator,
    electricity::{Kind, Payer},
};

use super::place::{account_of, adapter, adapter_of, call};

pub(super) const AMOUNTS: Selection = Selection { measure: Measure::Amount, direction: Direction::Consumed };
const STATES: Selection = Selection { measure: Measure::State, direction: Direction::Consumed };

/// So many days from a day on.
pub(super) fn day_of(day: Date, days: i32) -> Span {
    let zone = TimeZone::get("Europe/Ljubljana").expect("tests have time zones");
    let midnight = |day: Date| day.to_zoned(zone.clone()).expect("it is in range").timestamp();
    Span { first: midnight(day), last: midnight(day.checked_add(days.days()).expect("it is in range")) }
}

async fn simulator_at(now: &str) -> anyhow::Result<ElectricitySimulator> {
    Ok(ElectricitySimulator::builder().customers(80).now(now.parse()?).start("127.0.0.1:0").await?)
}

/// All series of a payer's first point, page by page.
async fn all(adapter: &Adapter, payer: Payer, selection: Selection, span: Span) -> anyhow::Result<Vec<Series>> {
    let account = account_of(adapter, payer).await?;
    let (mut series, mut cursor): (Vec<Series>, Option<String>) = (Vec::new(), None);
    loop {
        let point = payer.number().parse()?;
        let part = adapter.intervals(call(), &account, &point, selection, span, cursor.as_deref()).await?;
        series.extend(part.items);
        cursor = part.next;
        if cursor.is_none() {
            return Ok(series);
        }
    }
}

fn of_kind(simulator: &ElectricitySimulator, kind: Kind) -> anyhow::Result<Payer> {
    simulator.of_kind(kind).next().with_context(|| format!("nobody is {kind:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_adapter_exports_what_its_utility_offers_and_nothing_else() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-08-15T12:00:00+02:00").await?;
    let names: Vec<_> = adapter_of(&simulator)?.capabilities().iter().map(|capability| capability.name()).collect();
    ensure!(names == ["customers", "invoices", "documents", "readings", "intervals", "outages"], "{names:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn three_formats_give_the_same_series() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-08-15T12:00:00+02:00").await?;
    for kind in [Kind::Ordinary, Kind::MeterSwap, Kind::VoltageOutage, Kind::Gaps, Kind::Rollover] {
        for (selection, span) in [(AMOUNTS, day_of(date(2024, 5, 1), 100)), (STATES, day_of(date(2024, 5, 1), 100))] {
            let mut read = Vec::new();
            for format in ["application/json", "application/xml", "application/atom+xml"] {
                let adapter = adapter(&simulator.url(), simulator.token(), format)?;
                let mut series = all(&adapter, of_kind(&simulator, kind)?, selection, span).await?;
                if format == "application/atom+xml" {
                    // it has a code of its own for each of the other two
                    let espi = series.iter_mut().flat_map(|series| &mut series.values);
                    espi.for_each(|value| value.codes = codes_of(value));
                }
                read.push(series);
            }
            ensure!(read[0].iter().map(|series| series.values.len()).sum::<usize>() > 90, "{kind:?}: nothing came");
            ensure!(read[0] == read[1], "{kind:?} {selection:?}: JSON and IEC differ");
            ensure!(read[0] == read[2], "{kind:?} {selection:?}: JSON and ESPI differ");
        }
    }
    Ok(())
}

fn codes_of(value: &IntervalValue) -> Vec<String> {
    match value.quality {
        Quality::Estimated => vec!["2.8.1".to_owned()],
        Quality::Questionable => vec!["1.2.32".to_owned()],
        _ => vec![],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_have_92_and_100_quarter_hours_when_the_clock_changes() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-12-01T12:00:00+01:00").await?;
    let adapter = adapter_of(&simulator)?;
    for (day, count) in [(date(2024, 3, 31), 92), (date(2024, 7, 3), 96), (date(2024, 10, 27), 100)] {
        let series = all(&adapter, of_kind(&simulator, Kind::Ordinary)?, AMOUNTS, day_of(day, 1)).await?;
        ensure!(series.len() == 1 && series[0].values.len() == count, "{day}: {} values", series[0].values.len());
        let steps = series[0]
            .values
            .windows(2)
            .all(|pair| pair[1].end.duration_since(pair[0].end) == SignedDuration::from_mins(15));
        ensure!(steps, "{day}: not a quarter-hour after the other");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_gives_both_meters_a_state_at_the_same_midnight() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-08-15T12:00:00+02:00").await?;
    let series =
        all(&adapter_of(&simulator)?, of_kind(&simulator, Kind::MeterSwap)?, STATES, day_of(date(2024, 5, 14), 2))
            .await?;
    let swap = day_of(date(2024, 5, 15), 1).first;
    let at_swap: Vec<_> = series
        .iter()
        .filter(|series| series.register == "high" && series.values.iter().any(|value| value.end == swap))
        .map(|series| series.serial_number.as_str())
        .collect();
    ensure!(at_swap.len() == 2 && at_swap[0] != at_swap[1], "{at_swap:?}");
    let registers: std::collections::BTreeSet<_> = series.iter().map(|series| series.register.as_str()).collect();
    ensure!(registers.into_iter().eq(["high", "low", "total"]), "registers of two tariffs and their total");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_voltage_a_zero_is_questionable_and_what_never_arrived_is_absent() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-08-15T12:00:00+02:00").await?;
    let adapter = adapter_of(&simulator)?;
    // a Wednesday
    let span = day_of(date(2024, 8, 7), 1);
    let series = all(&adapter, of_kind(&simulator, Kind::VoltageOutage)?, AMOUNTS, span).await?;
    let dark: Vec<_> = series[0].values.iter().filter(|value| value.quality == Quality::Questionable).collect();
    ensure!(dark.len() == 3 && dark.iter().all(|value| value.value.is_zero() && value.codes == ["1.2.32"]), "{dark:?}");
    let friday = all(&adapter, of_kind(&simulator, Kind::Gaps)?, AMOUNTS, day_of(date(2024, 8, 9), 1)).await?;
    ensure!(friday[0].values.len() == 91, "{} values", friday[0].values.len());
    let odd = all(&adapter, of_kind(&simulator, Kind::UnknownCode)?, AMOUNTS, span).await?;
    ensure!(odd[0].values.iter().any(|value| value.codes == ["9.99.7"]), "an unknown code is passed on");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_fed_in_is_a_series_of_its_own() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-08-15T12:00:00+02:00").await?;
    let adapter = adapter_of(&simulator)?;
    let produced = Selection { direction: Direction::Produced, ..AMOUNTS };
    let span = day_of(date(2024, 8, 7), 1);
    let fed_in = all(&adapter, of_kind(&simulator, Kind::FeedIn)?, produced, span).await?;
    ensure!(
        fed_in[0].values.len() == 96 && fed_in[0].values.iter().any(|value| !value.value.is_zero()),
        "nothing fed in"
    );
    ensure!(all(&adapter, of_kind(&simulator, Kind::Ordinary)?, produced, span).await?.is_empty(), "nobody feeds in");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterday_arrives_in_the_morning_and_is_revised_later() -> anyhow::Result<()> {
    let simulator = simulator_at("2024-08-15T05:00:00+02:00").await?;
    let adapter = adapter_of(&simulator)?;
    let payer = of_kind(&simulator, Kind::Ordinary)?;
    let yesterday = day_of(date(2024, 8, 14), 1);
    ensure!(all(&adapter, payer, AMOUNTS, yesterday).await?.is_empty(), "it is there before it arrives");
    simulator.moment.fix_at(date(2024, 8, 15), 10);
    ensure!(all(&adapter, payer, AMOUNTS, yesterday).await?[0].values.len() == 96, "it did not arrive");
    // one day of ten is estimated first
    let days = day_of(date(2024, 8, 4), 10);
    let mut estimated = 0;
    for day in 0..10 {
        simulator.moment.fix_at(date(2024, 8, 5).checked_add(day.days())?, 12);
        let series = all(&adapter, payer, AMOUNTS, days).await?;
        estimated = estimated.max(series[0].values.iter().filter(|value| value.quality == Quality::Estimated).count());
    }
    ensure!(estimated == 8, "{estimated} estimated values");
    simulator.moment.fix_at(date(2024, 8, 25), 12);
    let series = all(&adapter, payer, AMOUNTS, days).await?;
    ensure!(series[0].values.iter().all(|value| value.quality == Quality::Valid), "it was not revised");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_days_are_read_in_pieces_within_a_quota() -> anyhow::Result<()> {
    let builder = ElectricitySimulator::builder().customers(40).now("2024-08-15T12:00:00+02:00".parse()?).quota(5);
    let simulator = builder.start("127.0.0.1:0").await?;
    let adapter = adapter_of(&simulator)?;
    let payer = simulator.ordinary(1)[0];
    let first = day_of(date(2023, 7, 1), 1).first;
    let span = Span { first, last: first + SignedDuration::from_hours(400 * 24) };
    let series = all(&adapter, payer, AMOUNTS, span).await?;
    let values: usize = series.iter().map(|series| series.values.len()).sum();
    ensure!(values == 400 * 96, "{values} values");
    let error = adapter
        .intervals(call(), &account_of(&adapter, payer).await?, &payer.number().parse()?, AMOUNTS, span, None)
        .await
        .unwrap_err();
    ensure!(error == BillingError::RateLimited { retry_after: Some(Duration::from_secs(60)) }, "{error:?}");
    simulator.renew_quota();
    ensure!(!all(&adapter, payer, AMOUNTS, day_of(date(2024, 8, 1), 1)).await?.is_empty(), "the quota is back");
    Ok(())
}

//! The adapter in its sandbox against the simulator with every switch: typed errors, no wrong value, no second write, and
//! everything works again when the switch is off.

use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::civil::date;
use komunala_app::ports::{
    BillingError, BillingSystem, IntervalSource, OutageSource,
    billing::{IdempotencyKey, ReceiptState},
};
use komunala_domain::{
    Reading,
    reading::{ReadingSource, RegisterState},
};
use komunala_sandbox::Adapter;
use komunala_simulators::{
    Effect, ElectricitySimulator, Malformation, Month, Paging, RetryAfter, Rule, electricity::Kind,
};

use super::metering::{AMOUNTS, day_of};
use super::place::{account_of, adapter_of, call, verify};

async fn simulator() -> anyhow::Result<ElectricitySimulator> {
    let builder = ElectricitySimulator::builder().customers(80).now("2024-08-15T12:00:00+02:00".parse()?);
    Ok(builder.posting(Duration::ZERO).start("127.0.0.1:0").await?)
}

/// Everything that is read, once; the first thing that fails.
async fn read_all(adapter: &Adapter, simulator: &ElectricitySimulator) -> Result<(), BillingError> {
    let payer = simulator.ordinary(1)[0];
    let account = verify(adapter, &payer.number(), &payer.pin()).await?;
    let point = payer.number().parse().unwrap();
    adapter.account(call(), &account).await?;
    let invoices = adapter.invoices(call(), &account, None, None).await?;
    assert_eq!(invoices.items.len(), 19, "bills since 2023");
    adapter.invoice(call(), &account, &invoices.items[0].external_id).await?;
    for form in ["application/pdf", "application/xml"] {
        adapter.document(call(), &account, &invoices.items[0].external_id, form).await?;
    }
    adapter.readings(call(), &account, &point, None).await?;
    let series = adapter.intervals(call(), &account, &point, AMOUNTS, day_of(date(2024, 8, 13), 1), None).await?;
    assert_eq!(series.items[0].values.len(), 96);
    adapter.outages(call(), None, 200).await?;
    Ok(())
}

/// What each read fails with while a rule holds; afterwards all is well.
async fn failing(effect: Effect) -> anyhow::Result<Vec<Option<BillingError>>> {
    let simulator = simulator().await?;
    let adapter = adapter_of(&simulator)?;
    let payer = simulator.ordinary(1)[0];
    let (account, point) = (account_of(&adapter, payer).await?, payer.number().parse()?);
    let bill = adapter.invoices(call(), &account, None, None).await?.items.remove(0).external_id;
    simulator.switches.add(Rule::new("/", effect));
    let span = day_of(date(2024, 8, 13), 1);
    let errors = [
        verify(&adapter, &payer.number(), &payer.pin()).await.err(),
        adapter.account(call(), &account).await.err(),
        adapter.invoices(call(), &account, None, None).await.err(),
        adapter.document(call(), &account, &bill, "application/xml").await.err(),
        adapter.readings(call(), &account, &point, None).await.err(),
        adapter.intervals(call(), &account, &point, AMOUNTS, span, None).await.err(),
        adapter.outages(call(), None, 200).await.err(),
        adapter.document(call(), &account, &bill, "application/pdf").await.err(),
    ];
    simulator.switches.clear();
    read_all(&adapter, &simulator).await?;
    Ok(errors.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_read_without_a_switch_and_with_latency() -> anyhow::Result<()> {
    let simulator = simulator().await?;
    let adapter = adapter_of(&simulator)?;
    read_all(&adapter, &simulator).await?;
    simulator.switches.add(Rule::new("/", Effect::Latency { ms: 30 }));
    read_all(&adapter, &simulator).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_or_stays_silent_is_unavailable() -> anyhow::Result<()> {
    let page = Effect::Status { status: 503, retry_after: Some(RetryAfter::Seconds(7)), html: true };
    for effect in [Effect::status(500), page] {
        for error in failing(effect.clone()).await? {
            ensure!(matches!(error, Some(BillingError::Unavailable { .. })), "{effect:?}: {error:?}");
        }
    }
    // a connection that is cut instead of an answer
    for error in failing(Effect::Timeout { ms: 10 }).await? {
        ensure!(error.as_ref().is_some_and(BillingError::is_outage), "{error:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_says_how_long_to_wait() -> anyhow::Result<()> {
    let wait = Some(Duration::from_secs(9));
    for error in failing(Effect::too_many(RetryAfter::Seconds(9))).await? {
        ensure!(error == Some(BillingError::RateLimited { retry_after: wait }), "{error:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_answer_is_never_taken_for_a_value() -> anyhow::Result<()> {
    for how in [
        Malformation::Truncated,
        Malformation::Html,
        Malformation::Empty,
        Malformation::OtherShape,
        Malformation::NotUtf8,
    ] {
        let mut errors = failing(Effect::Malformed { how }).await?;
        if how == Malformation::Truncated {
            // half a PDF begins as a whole one does, and nothing in it is read
            errors.pop();
        }
        for error in errors {
            ensure!(matches!(error, Some(BillingError::Upstream { .. })), "{how:?}: {error:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_come_late_or_twice_make_no_difference() -> anyhow::Result<()> {
    let simulator = simulator().await?;
    let adapter = adapter_of(&simulator)?;
    let payer = simulator.of_kind(Kind::SeveralPoints).next().context("nobody has several points")?;
    let account = account_of(&adapter, payer).await?;
    let point = payer.points()[1].number().parse()?;
    let span = day_of(date(2024, 8, 1), 10);
    let (mut bills, mut series, mut outages) = (Vec::new(), Vec::new(), Vec::new());
    for paging in [Paging::Plain, Paging::DuplicateItems, Paging::LateItems, Paging::DuplicatePages, Paging::LatePages]
    {
        simulator.switches.change(|switches| switches.paging = paging);
        let listed = adapter.invoices(call(), &account, None, None).await?;
        bills.push(listed.items.into_iter().map(|invoice| invoice.number).collect::<Vec<_>>());
        series.push(adapter.intervals(call(), &account, &point, AMOUNTS, span, None).await?);
        let page = adapter.outages(call(), None, 200).await?;
        let mut ids: Vec<_> = page.outages.into_iter().map(|outage| outage.external_id).collect();
        ids.sort();
        ids.dedup();
        outages.push(ids);
    }
    ensure!(bills[0].len() == 3 * 19, "{} bills of three points", bills[0].len());
    ensure!(bills.windows(2).all(|pair| pair[0] == pair[1]), "bills differ");
    ensure!(series.windows(2).all(|pair| pair[0] == pair[1]), "series differ");
    ensure!(outages.windows(2).all(|pair| pair[0] == pair[1]) && !outages[0].is_empty(), "outages differ");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_that_is_not_closed_is_absent_and_says_when_it_will_be_there() -> anyhow::Result<()> {
    let simulator = simulator().await?;
    let adapter = adapter_of(&simulator)?;
    let account = account_of(&adapter, simulator.ordinary(1)[0]).await?;
    let listed = adapter.invoices(call(), &account, None, None).await?.items;
    let newest = listed.into_iter().max_by_key(|invoice| invoice.issued).context("no bill")?;
    simulator.switches.change(|switches| switches.open_from = Some(Month::new(2024, 7)));
    let open = adapter.invoices(call(), &account, None, None).await?.items;
    ensure!(open.iter().all(|invoice| invoice.external_id != newest.external_id), "it is listed");
    let error = adapter.document(call(), &account, &newest.external_id, "application/pdf").await.unwrap_err();
    ensure!(error == BillingError::NotAvailableYet { until: Some(date(2024, 8, 16)) }, "{error:?}");
    Ok(())
}

/// A billing system of today: without a range, readings are those of the last months.
async fn simulator_of_today() -> anyhow::Result<ElectricitySimulator> {
    let builder = ElectricitySimulator::builder().customers(80).posting(Duration::ZERO);
    Ok(builder.start("127.0.0.1:0").await?)
}

/// A reading of both registers, a little above the last one.
async fn next_reading(
    adapter: &Adapter,
    account: &komunala_domain::ExternalId,
    point: &str,
) -> anyhow::Result<Reading> {
    let mut last = None;
    let mut cursor: Option<String> = None;
    loop {
        let part = adapter.readings(call(), account, &point.parse()?, cursor.as_deref()).await?;
        last = part.items.into_iter().next_back().or(last);
        cursor = part.next;
        if cursor.is_none() {
            break;
        }
    }
    let last = last.context("no reading")?;
    let above =
        |state: RegisterState| RegisterState { value: state.value.trunc() + rust_decimal::Decimal::from(10), ..state };
    Ok(Reading {
        date: last.date,
        registers: last.registers.into_iter().map(above).collect(),
        source: ReadingSource::Customer,
        ..last
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_answer_was_lost_is_found_by_its_key_and_happens_once() -> anyhow::Result<()> {
    let simulator = simulator_of_today().await?;
    let adapter = adapter_of(&simulator)?;
    let payer = simulator.ordinary(1)[0];
    let account = account_of(&adapter, payer).await?;
    let reading = next_reading(&adapter, &account, &payer.number()).await?;
    ensure!(reading.registers.iter().map(|state| state.code.as_str()).eq(["high", "low"]), "{:?}", reading.registers);
    let key = IdempotencyKey("key-0001".to_owned());
    ensure!(adapter.reading_receipt(call(), &account, &reading, &key).await?.is_none(), "it was never handed in");

    simulator.switches.add(Rule::new("/odbirki", Effect::TimeoutAfterWrite { ms: 0 }).method("POST").next(1));
    let receipt = adapter.submit_reading(call(), &account, &reading, &key).await?;
    ensure!(receipt.state == ReceiptState::Posted, "{receipt:?}");

    // the receipt cannot be had either: nobody knows, until somebody asks again
    simulator.switches.add(Rule::new("/odbirki", Effect::TimeoutAfterWrite { ms: 0 }).method("POST").next(1));
    simulator.switches.add(Rule::new("/odbirki", Effect::status(500)).method("GET").next(1));
    let other = IdempotencyKey("key-0002".to_owned());
    let error = adapter.submit_reading(call(), &account, &reading, &other).await.unwrap_err();
    ensure!(error == BillingError::OutcomeUnknown, "{error:?}");
    ensure!(adapter.reading_receipt(call(), &account, &reading, &other).await?.is_some(), "it was applied");
    adapter.submit_reading(call(), &account, &reading, &other).await?;
    ensure!(simulator.counters.writes("POST /odbirki") == 2, "{} writes", simulator.counters.writes("POST /odbirki"));

    for how in [Malformation::Html, Malformation::Empty, Malformation::OtherShape] {
        simulator.switches.add(Rule::new("/odbirki", Effect::Malformed { how }).method("POST").next(1));
        adapter.submit_reading(call(), &account, &reading, &key).await?;
    }
    ensure!(simulator.counters.writes("POST /odbirki") == 2, "a repeated key was another write");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_refused_says_why() -> anyhow::Result<()> {
    let simulator = simulator_of_today().await?;
    let adapter = adapter_of(&simulator)?;
    let payer = simulator.ordinary(1)[0];
    let account = account_of(&adapter, payer).await?;
    let mut reading = next_reading(&adapter, &account, &payer.number()).await?;
    reading.registers[0].value -= rust_decimal::Decimal::from(500);
    let key = IdempotencyKey("key-0001".to_owned());
    let error = adapter.submit_reading(call(), &account, &reading, &key).await.unwrap_err();
    let BillingError::Rejected { fields } = &error else { anyhow::bail!("{error:?}") };
    ensure!((fields[0].field.as_str(), fields[0].code.as_str()) == ("registers", "too-low"), "{fields:?}");
    reading.date = simulator.moment.today().tomorrow()?;
    let error = adapter.submit_reading(call(), &account, &reading, &key).await.unwrap_err();
    let BillingError::Rejected { fields } = &error else { anyhow::bail!("{error:?}") };
    ensure!((fields[0].field.as_str(), fields[0].code.as_str()) == ("date", "window-closed"), "{fields:?}");
    ensure!(simulator.submitted_readings().is_empty(), "it was taken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_a_closed_and_an_unknown_customer_look_alike() -> anyhow::Result<()> {
    let simulator = simulator().await?;
    let adapter = adapter_of(&simulator)?;
    for kind in [Kind::Locked, Kind::Closed] {
        let payer = simulator.of_kind(kind).next().context("there is none")?;
        ensure!(verify(&adapter, &payer.number(), &payer.pin()).await == Err(BillingError::BadCredentials), "{kind:?}");
    }
    let payer = simulator.ordinary(1)[0];
    ensure!(verify(&adapter, &payer.number(), "0").await == Err(BillingError::BadCredentials), "a wrong PIN");
    ensure!(verify(&adapter, "6-999999", &payer.pin()).await == Err(BillingError::BadCredentials), "an unknown number");
    Ok(())
}

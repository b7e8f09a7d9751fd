//! An outage that concerns very many, told on two channels at once: the hub's planner, outbox and workers, a mail server
//! that takes so many mails a second and a gateway that takes so many texts, and no more.
//!
//! Letters and texts are written by the templates, mail leaves by SMTP, texts by the hub's client of Kannel, over HTTP, and
//! receipts come back to its pages. What is measured begins when the outage is known. At the end each address must have
//! exactly one message of the revision.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin outage_notices
//! ```

mod hub;
mod subscribers;

use std::{
    collections::BTreeSet,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    credentials::RootSecret,
    ports::{
        Outages,
        outages::{Announced, OutageFeed},
    },
};
use komunala_bench::memory;
use komunala_domain::{
    Outage,
    outage::{OutageState, Schedule},
};
use komunala_simulators::PhoneGateway;
use komunala_sink::SmtpSink;
use komunala_store::{KeySettings, Store, StoreSettings};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long receipts may take that are on their way.
const RECEIPTS: Duration = Duration::from_secs(5);

/// Measures how long it takes to tell of an outage
#[derive(Debug, Parser)]
struct Options {
    /// Supply points that it concerns, each with a subscriber on either channel
    #[arg(long, default_value_t = 10_000)]
    points: usize,
    /// Messages a second that either of the other sides takes
    #[arg(long, default_value = "40")]
    rate: NonZeroU32,
    /// The hub's database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let files = tempfile::tempdir()?;
    let url = match options.database {
        Database::Sqlite => format!("sqlite://{}?mode=rwc", files.path().join("hub.db").display()),
        Database::Postgres => komunala_test_postgres::empty_database().await?,
    };
    let secret = RootSecret::new(vec![7; 32])?;
    let settings =
        StoreSettings::new(url, files.path().join("documents"), KeySettings::in_folder(files.path(), &secret));
    Store::migrate(&settings).await?;
    let store = Arc::new(Store::connect(&settings).await?);
    let numbers = subscribers::sign_up(&store, options.points).await?;
    println!("{} supply points, {} subscriptions on {:?}", numbers.len(), 2 * numbers.len(), options.database);

    let sink = SmtpSink::builder().without_tls().kept(0).rate(options.rate).start("127.0.0.1:0").await?;
    let phones = PhoneGateway::start("127.0.0.1:0", hub::USER, None).await?;
    phones.take_at_most(options.rate);
    let teller = hub::Teller::start(&store, &secret, sink.addr, phones.endpoint()).await?;
    memory::forget_peak();
    let began = Instant::now();
    announce(&store, numbers).await?;
    let planned = teller.hub.tell_outages(&teller.hub.system_scope()).await?;
    let planning = began.elapsed();
    let all = u64::try_from(2 * options.points)?;
    anyhow::ensure!(planned == all, "{planned} messages were planned instead of {all}");
    teller.until_accepted(all).await?;
    let took = began.elapsed();

    // a second look at everything doubles nothing
    anyhow::ensure!(teller.hub.tell_outages(&teller.hub.system_scope()).await? == 0, "something was told twice");
    tokio::time::sleep(RECEIPTS).await;
    let peak = memory::peak_mib();
    teller.stop().await;
    let mails = sink.counters.counts().accepted;
    anyhow::ensure!(mails * 2 == all && sink.counters.duplicates().is_empty(), "{mails} mails arrived");
    let texts = phones.sent();
    let numbers: BTreeSet<_> = texts.iter().map(|text| text.to.as_str()).collect();
    anyhow::ensure!(texts.len() == options.points && numbers.len() == options.points, "{} texts arrived", texts.len());
    println!("planned  {:7.1} s ({:.0} messages/s)", planning.as_secs_f64(), all as f64 / planning.as_secs_f64());
    println!(
        "told     {:7.1} s, the other sides alone take {:.1} s; {peak} MiB at most, with both of them",
        took.as_secs_f64(),
        options.points as f64 / f64::from(options.rate.get()),
    );
    println!("one message for each revision, recipient and channel: {all} of {all}");
    println!("the first text: {}", texts.first().map(|text| text.text.as_str()).unwrap_or_default());
    anyhow::ensure!(took < Duration::from_secs(600), "that is longer than ten minutes");
    Ok(())
}

/// The outage becomes known, and is due to be told.
async fn announce(store: &Store, numbers: Vec<String>) -> anyhow::Result<()> {
    let now = Timestamp::now();
    let outage = Outage {
        external_id: "O-1".parse()?,
        revision: 1,
        state: OutageState::Announced,
        start: now + SignedDuration::from_hours(48),
        end: Some(now + SignedDuration::from_hours(52)),
        reason: Some("Vzdrževanje".to_owned()),
        point_numbers: numbers,
        changed: now,
    };
    let schedule = Some(Schedule { notice: now, reminder: None, until: now + SignedDuration::from_hours(52) });
    let feed = OutageFeed { cursor: None, as_of: Some(now) };
    let announced = [Announced { outage, schedule }];
    store.keep_outages(&subscribers::tenant()?, &"grid".parse()?, &announced, &feed, now).await?;
    Ok(())
}

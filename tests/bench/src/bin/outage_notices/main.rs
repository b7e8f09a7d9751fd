//! An outage that concerns very many, told on two channels at once: planning, the outbox, and two lines that take so many
//! messages a second and no more.
//!
//! Mail goes through the hub's own worker to a server that counts what arrives; short messages are taken out of the outbox
//! and accepted at the rate of a gateway, since what a gateway does is no concern of this bench. What is measured begins
//! when the outage is known. At the end each address must have exactly one message of the revision.

mod lines;
mod subscribers;

use std::{
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    credentials::RootSecret,
    ports::{
        OutageNotices, Outages,
        outage_notices::{Portion, Telling},
        outages::{Announced, OutageFeed},
    },
    scope::testing,
};
use komunala_bench::memory;
use komunala_domain::{
    Outage,
    outage::{OutageState, Schedule},
};
use komunala_sink::SmtpSink;
use komunala_store::{KeySettings, Store, StoreSettings};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Recipients' supply points of a portion, as the hub has it.
const PORTION: u32 = 500;
/// How long a notice is held.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Measures how long it takes to tell of an outage
#[derive(Debug, Parser)]
struct Options {
    /// Supply points that it concerns, each with a subscriber on either channel
    #[arg(long, default_value_t = 10_000)]
    points: usize,
    /// Messages a second that each line takes
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

    let sink = SmtpSink::builder().without_tls().kept(0).start("127.0.0.1:0").await?;
    memory::forget_peak();
    let began = Instant::now();
    announce(&store, numbers).await?;
    let lines = lines::Lines::start(&store, sink.addr, options.rate)?;
    let planned = plan(&store).await?;
    let planning = began.elapsed();
    let all = u64::try_from(2 * options.points)?;
    anyhow::ensure!(planned == all, "{planned} messages were planned instead of {all}");
    lines.until_accepted(all).await?;
    let took = began.elapsed();

    // a second look at everything doubles nothing
    anyhow::ensure!(plan(&store).await? == 0, "something was told twice");
    let by_mail = sink.counters.counts().accepted;
    anyhow::ensure!(by_mail * 2 == all, "{by_mail} mails arrived");
    println!("planned  {:7.1} s ({:.0} messages/s)", planning.as_secs_f64(), all as f64 / planning.as_secs_f64());
    println!(
        "told     {:7.1} s, the lines alone need {:.1} s; {} MiB at most",
        took.as_secs_f64(),
        options.points as f64 / f64::from(options.rate.get()),
        memory::peak_mib()
    );
    println!("one message for each revision, recipient and channel: {all} of {all}");
    if took > Duration::from_secs(600) {
        println!("longer than ten minutes");
    }
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

/// What the hub's own worker does; answers how many messages were put into the outbox.
async fn plan(store: &Store) -> anyhow::Result<u64> {
    let (provider, mut told) = (subscribers::provider()?, 0);
    while let Some(notice) = store.claim_notice(&testing::system(), LEASE, Timestamp::now()).await? {
        loop {
            let telling = Telling { provider: &provider, size: PORTION, lease: LEASE, now: Timestamp::now() };
            match store.tell_portion(&subscribers::tenant()?, &notice, telling).await? {
                Portion::Told(count) => told += count,
                Portion::Done(count) => {
                    told += count;
                    break;
                }
                Portion::Lost => anyhow::bail!("somebody else tells it"),
            }
        }
    }
    Ok(told)
}

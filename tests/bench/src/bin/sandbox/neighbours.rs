//! What one adapter's calls feel while another adapter misbehaves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use komunala_app::ports::{BillingError, BillingSystem, Call};
use komunala_domain::ExternalId;
use komunala_sandbox::{Adapter, Engine, EngineSettings};

use crate::{adapters, billing, latency::Latencies};

/// How long each misdeed is watched.
const TIME: Duration = Duration::from_secs(2);

/// The deadline of the misbehaving calls.
const HOSTILE_DEADLINE: Duration = Duration::from_millis(100);

/// Misbehaving calls at one time: as many as there are threads.
const HOSTILE_CALLS: usize = 2;

/// Between two calls of the adapter that is watched: a rate that leaves the machine idle if nobody else runs.
const PAUSE: Duration = Duration::from_millis(1);

const VERBS: [&str; 18] = [
    "answer",
    "loop",
    "sleep",
    "recursion",
    "memory",
    "table",
    "string",
    "resources",
    "logs",
    "panic",
    "silence",
    "endless-body",
    "huge-body",
    "request-body",
    "requests",
    "forbidden-host",
    "mapped-loopback",
    "trap-after-write",
];

/// Measures and prints.
pub(crate) fn report() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(HOSTILE_CALLS).enable_all().build()?;
    let engine = Engine::new(EngineSettings::default())?;
    let gas = adapters::load(&engine, "gas", &[("currency", "RSD")], "", Arc::new(billing::Honest))?;
    let hostile = adapters::load(
        &engine,
        "hostile",
        &[],
        // the breaker would end the spectacle after five calls
        "breaker.failures = 1000000000",
        Arc::new(billing::Hostile),
    )?;
    let (gas, hostile) = (Arc::new(gas), Arc::new(hostile));

    println!(
        "Calls that list 24 invoices, one every {PAUSE:?}, on two threads, while {HOSTILE_CALLS} calls of another"
    );
    println!("adapter, with a deadline of {HOSTILE_DEADLINE:?}, misbehave again and again");
    println!("{:<18} {:>10} {:>10} {:>10} {:>8}  it ended with", "", "p50", "p99", "longest", "misdeeds");
    let quiet = runtime.block_on(watched(Arc::clone(&gas), TIME))?;
    line("(nobody)", quiet, 0, None);
    for verb in VERBS {
        let stop = Arc::new(AtomicBool::new(false));
        let misdeeds = Arc::new(AtomicU64::new(0));
        let calls: Vec<_> = (0..HOSTILE_CALLS)
            .map(|_| {
                let (hostile, stop, misdeeds) = (Arc::clone(&hostile), Arc::clone(&stop), Arc::clone(&misdeeds));
                runtime.spawn(misbehave(hostile, verb, stop, misdeeds))
            })
            .collect();
        let felt = runtime.block_on(watched(Arc::clone(&gas), TIME))?;
        stop.store(true, Ordering::Relaxed);
        let mut ended = None;
        for call in calls {
            ended = runtime.block_on(call).context("a misbehaving task")??;
        }
        line(verb, felt, misdeeds.load(Ordering::Relaxed), ended);
    }
    println!(
        "afterwards {} instances live and {} bytes are held",
        engine.live_instances(),
        engine.guest_memory_bytes()
    );
    Ok(())
}

fn line(name: &str, mut felt: Latencies, misdeeds: u64, ended: Option<BillingError>) {
    let (half, most, longest) = (felt.percentile(50), felt.percentile(99), felt.percentile(100));
    let ended = ended.map_or_else(|| "an answer".to_owned(), |error| error.to_string());
    println!("{name:<18} {half:>10.1?} {most:>10.1?} {longest:>10.1?} {misdeeds:>8}  {ended}");
}

/// The calls of the well-behaved adapter, on a worker thread like any request.
async fn watched(gas: Arc<Adapter>, time: Duration) -> anyhow::Result<Latencies> {
    let account: ExternalId = billing::ACCOUNT.parse()?;
    let watching = tokio::spawn(async move {
        let mut felt = Latencies::default();
        let begin = Instant::now();
        while begin.elapsed() < time {
            let asked = Instant::now();
            gas.invoices(Call::within(Duration::from_secs(30)), &account, None, None).await?;
            felt.add(asked.elapsed());
            tokio::time::sleep(PAUSE).await;
        }
        Ok(felt)
    });
    watching.await.context("the watched task")?
}

async fn misbehave(
    hostile: Arc<Adapter>,
    verb: &'static str,
    stop: Arc<AtomicBool>,
    misdeeds: Arc<AtomicU64>,
) -> anyhow::Result<Option<BillingError>> {
    let account: ExternalId = verb.parse()?;
    let mut ended = None;
    while !stop.load(Ordering::Relaxed) {
        ended = hostile.account(Call::within(HOSTILE_DEADLINE), &account).await.err();
        misdeeds.fetch_add(1, Ordering::Relaxed);
        // an answer that comes at once must not starve its own runtime
        tokio::task::yield_now().await;
    }
    Ok(ended)
}

//! A fresh call, with and without the sandbox.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use komunala_app::ports::{BillingSystem, Call};
use komunala_domain::ExternalId;
use komunala_sandbox::{Adapter, Engine, EngineSettings};

use crate::{
    adapters,
    bare::Bare,
    billing,
    latency::{self, Latencies},
    native,
};

/// Calls of each kind in one turn: they take turns, so that a noisy moment hits all of them.
const TURN: usize = 200;
const TURNS: usize = 50;

const DEADLINE: Duration = Duration::from_secs(30);

/// Measures and prints.
pub(crate) fn report() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let engine = Engine::new(EngineSettings::default())?;
    let adapter = adapters::load(&engine, "gas", &[("currency", "RSD")], "", Arc::new(billing::Honest))?;
    let (bare, without_epochs) = (Bare::new(true)?, Bare::new(false)?);
    let account: ExternalId = billing::ACCOUNT.parse()?;

    let mut kinds: [Kind<'_>; 4] = [
        Kind::new("in the sandbox", Box::new(|| runtime.block_on(sandboxed_call(&adapter, &account)))),
        Kind::new("in bare wasmtime, same engine", Box::new(|| runtime.block_on(bare.invoices()))),
        Kind::new("in bare wasmtime, code without epochs", Box::new(|| runtime.block_on(without_epochs.invoices()))),
        Kind::new("native, the same mapping code", Box::new(native::invoices)),
    ];
    for turn in 0..=TURNS {
        for kind in &mut kinds {
            // the first turn warms up and is thrown away
            kind.take_turn(turn > 0)?;
        }
    }

    let bytes = billing::INVOICES.len();
    println!("A fresh call that lists 24 invoices ({bytes} bytes of JSON), {} calls each, one thread", TURN * TURNS);
    println!("{:<42} {:>10} {:>10} {:>14}", "", "p50", "p99", "on a processor");
    let [sandbox, bare, without_epochs, native] = kinds.each_mut().map(Kind::print);
    println!("the sandbox adds, by the clock and on a processor:");
    for (floor, name) in [
        (bare, "to bare wasmtime, same engine (target: 10 µs)"),
        (without_epochs, "to bare wasmtime, code without epochs"),
        (native, "to native"),
    ] {
        let (wall, processor) = (sandbox.0.saturating_sub(floor.0), sandbox.1.saturating_sub(floor.1));
        println!("{name:<46} {wall:>6.1?} {processor:>6.1?}");
    }
    println!();
    Ok(())
}

/// A way of making the call.
struct Kind<'a> {
    name: &'static str,
    call: Box<dyn FnMut() -> anyhow::Result<usize> + 'a>,
    by_clock: Latencies,
    /// The mean of a turn.
    on_processor: Latencies,
}

impl<'a> Kind<'a> {
    fn new(name: &'static str, call: Box<dyn FnMut() -> anyhow::Result<usize> + 'a>) -> Self {
        Self { name, call, by_clock: Latencies::default(), on_processor: Latencies::default() }
    }

    fn take_turn(&mut self, keep: bool) -> anyhow::Result<()> {
        let before = latency::on_processor()?;
        for _ in 0..TURN {
            let begin = Instant::now();
            let invoices = (self.call)()?;
            let took = begin.elapsed();
            ensure!(invoices == 24, "{invoices} invoices came");
            if keep {
                self.by_clock.add(took);
            }
        }
        if keep {
            self.on_processor.add((latency::on_processor()? - before) / u32::try_from(TURN)?);
        }
        Ok(())
    }

    /// Prints it; the medians by the clock and on a processor.
    fn print(&mut self) -> (Duration, Duration) {
        let (half, most) = (self.by_clock.percentile(50), self.by_clock.percentile(99));
        let processor = self.on_processor.percentile(50);
        println!("{:<42} {half:>10.1?} {most:>10.1?} {processor:>14.1?}", self.name);
        (half, processor)
    }
}

async fn sandboxed_call(adapter: &Adapter, account: &ExternalId) -> anyhow::Result<usize> {
    let page = adapter.invoices(Call::within(DEADLINE), account, None, None).await?;
    Ok(page.items.len())
}

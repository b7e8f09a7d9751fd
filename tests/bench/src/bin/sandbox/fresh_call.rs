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
    kinds.iter_mut().for_each(Kind::print);
    let [sandbox, floors @ ..] = &kinds;
    println!("the sandbox adds, by the clock and on a processor:");
    for (floor, name) in floors.iter().zip([
        "to bare wasmtime, same engine (target: 10 µs)",
        "to bare wasmtime, code without epochs",
        "to native",
    ]) {
        let processor = sandbox.on_processor().saturating_sub(floor.on_processor());
        println!("{name:<46} {:>6.1?} {processor:>6.1?}", sandbox.adds_to(floor));
    }
    println!();
    Ok(())
}

/// A way of making the call.
struct Kind<'a> {
    name: &'static str,
    call: Box<dyn FnMut() -> anyhow::Result<usize> + 'a>,
    by_clock: Latencies,
    /// The median of each turn.
    medians: Vec<Duration>,
    /// All turns together: it is counted in ticks, of which a turn has only a few.
    on_processor: Duration,
}

impl<'a> Kind<'a> {
    fn new(name: &'static str, call: Box<dyn FnMut() -> anyhow::Result<usize> + 'a>) -> Self {
        Self { name, call, by_clock: Latencies::default(), medians: Vec::new(), on_processor: Duration::ZERO }
    }

    fn take_turn(&mut self, keep: bool) -> anyhow::Result<()> {
        let before = latency::on_processor()?;
        let mut turn = Latencies::default();
        for _ in 0..TURN {
            let begin = Instant::now();
            let invoices = (self.call)()?;
            turn.add(begin.elapsed());
            ensure!(invoices == 24, "{invoices} invoices came");
        }
        if keep {
            self.on_processor += latency::on_processor()? - before;
            self.medians.push(turn.percentile(50));
            self.by_clock.append(turn);
        }
        Ok(())
    }

    fn print(&mut self) {
        let (half, most) = (self.by_clock.percentile(50), self.by_clock.percentile(99));
        println!("{:<42} {half:>10.1?} {most:>10.1?} {:>14.1?}", self.name, self.on_processor());
    }

    /// The mean of a call.
    fn on_processor(&self) -> Duration {
        self.on_processor / u32::try_from(TURN * TURNS).expect("thousands")
    }

    /// What a call takes beyond one of the floor, by the clock: turn by turn, for the machine is not always as fast.
    fn adds_to(&self, floor: &Self) -> Duration {
        let mut added = Latencies::default();
        for (ours, floors) in self.medians.iter().zip(&floor.medians) {
            added.add(ours.saturating_sub(*floors));
        }
        added.percentile(50)
    }
}

async fn sandboxed_call(adapter: &Adapter, account: &ExternalId) -> anyhow::Result<usize> {
    let page = adapter.invoices(Call::within(DEADLINE), account, None, None).await?;
    Ok(page.items.len())
}

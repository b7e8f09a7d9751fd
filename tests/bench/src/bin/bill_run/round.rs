//! One town's run of bills, from its start to the last mail.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use komunala_bench::{
    process,
    town::{Hub, PROVIDER, Town},
};
use komunala_grpc::proto::operator::v1::{BillRun, BillRunState, BillRunTotals};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use crate::{
    Options,
    measured::{Look, Measured},
};

/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// After so long without a mail the run is stuck.
const STUCK: Duration = Duration::from_secs(20 * 60);
/// So many lines of the report are written on the way.
const LINES: u64 = 10;

/// Builds a town, sends its bills, and takes it down again.
#[allow(clippy::print_stdout, reason = "a report for people")]
pub(crate) async fn send(options: &Options, bills: u32) -> anyhow::Result<Measured> {
    println!(
        "{bills} bills on {:?}, {} hub(s), documents of {} bytes, {} of 100 wrong at first",
        options.database, options.hubs, options.pdf, options.document_errors
    );
    let bar = bar("moving in", bills.into())?;
    let town = Town::build(&options.town(bills)?, |moved| bar.set_position(moved.into())).await?;
    bar.finish_and_clear();
    let mut hubs = Vec::new();
    for _ in 0..options.hubs {
        hubs.push(town.hub(options.hub.as_deref()).await?);
    }
    let sent = watch(&town, &mut hubs, bills).await;
    if sent.is_err() {
        println!("what the hubs logged last:\n{}", last_lines(&town.log()));
    }
    sent
}

#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
async fn watch(town: &Town, hubs: &mut [Hub], bills: u32) -> anyhow::Result<Measured> {
    let mut operator = town.operator(&hubs[0]).await?;
    let before = processors(hubs);
    let resident = |hubs: &[Hub]| hubs.iter().map(Hub::resident_kib).collect::<Vec<_>>();
    let (began, at_start) = (Instant::now(), resident(hubs));
    town.issue_bills()?;
    let run = operator.start_bill_run(PROVIDER, &town.period().to_string(), &Uuid::new_v4().to_string()).await?;
    let bar = bar("mails", bills.into())?;
    println!(
        "    {:>8}{:>10}{:>10}{:>10}{:>10}{:>11}{:>11}  MiB of each hub",
        "seconds", "mails", "a second", "taken up", "deferred", "hubs, ms", "here, ms"
    );

    let mut watched = std::pin::pin!(operator.clone().watch_bill_run(&run.name).await?);
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut looks, mut samples, mut first_mail) = (Vec::new(), 0_u64, None);
    let mut line = Line::new(before);
    let mut newest = BillRunTotals::default();
    let mut moved = (0, Instant::now());
    loop {
        tokio::select! {
            seen = watched.next() => {
                let seen = seen.context("the hub ended the watch")??;
                samples += 1;
                newest = adds_up(&seen, &newest)?;
                if seen.state() == BillRunState::Completed {
                    break;
                }
            }
            _ = ticks.tick() => {
                let mails = town.letterbox.tally().mails;
                if mails > moved.0 {
                    moved = (mails, Instant::now());
                    first_mail.get_or_insert_with(|| began.elapsed());
                }
                ensure!(moved.1.elapsed() < STUCK, "no mail for {STUCK:?}: {newest:?}, {:?}", town.letterbox.tally());
                for hub in hubs.iter_mut() {
                    ensure!(hub.is_alive(), "a hub ended by itself");
                }
                bar.set_position(mails);
                looks.push(Look { mails, resident: resident(hubs) });
                if mails * LINES >= (line.number + 1) * u64::from(bills) {
                    let look = looks.last().context("there is one")?;
                    bar.suspend(|| println!("{}", line.next(began.elapsed(), look, &newest, processors(hubs))));
                }
            }
        }
    }
    let completed = began.elapsed();
    bar.finish_and_clear();
    let [in_hubs, here] = taken(before, processors(hubs));
    let tally = town.letterbox.tally();
    // the last may have come since the last look
    let took = if tally.mails > moved.0 { completed } else { moved.1 - began };
    Ok(Measured {
        bills: bills.into(),
        took,
        completed,
        first_mail: first_mail.unwrap_or(took),
        in_hubs,
        here,
        totals: newest,
        samples,
        missing: town.letterbox.missing() as u64,
        tally,
        at_start,
        at_end: resident(hubs),
        looks,
        documents: process::on_disk(&town.world().join("documents")),
    })
}

/// What every sample of a run must hold: each bill goes by mail here, to one recipient, and each mail stands in one state.
fn adds_up(run: &BillRun, before: &BillRunTotals) -> anyhow::Result<BillRunTotals> {
    let totals = run.totals.context("no totals")?;
    let states = totals.accepted + totals.deferred + totals.failed + totals.unknown + totals.waiting;
    ensure!(totals.mails == states, "the states do not come to the mails: {totals:?}");
    ensure!(totals.invoices == totals.mailed_invoices + totals.paper, "the ways do not come to the bills: {totals:?}");
    ensure!(totals.mails == totals.mailed_invoices, "bills without a mail, or mails without a bill: {totals:?}");
    ensure!(totals.accepted >= before.accepted && totals.mails >= before.mails, "{before:?} and then {totals:?}");
    Ok(totals)
}

/// The time of processors that the hubs have taken, and this program: what grows in both grows with the machine.
fn processors(hubs: &[Hub]) -> [Duration; 2] {
    [hubs.iter().map(Hub::cpu).sum(), process::cpu(std::process::id())]
}

/// What was taken between two looks.
fn taken(before: [Duration; 2], after: [Duration; 2]) -> [Duration; 2] {
    [0, 1].map(|whose| after[whose].saturating_sub(before[whose]))
}

/// Lines of the report that are written on the way.
struct Line {
    number: u64,
    at: Duration,
    mails: u64,
    processors: [Duration; 2],
}

impl Line {
    fn new(processors: [Duration; 2]) -> Self {
        Self { number: 0, at: Duration::ZERO, mails: 0, processors }
    }

    #[allow(clippy::float_arithmetic, reason = "rates for people")]
    fn next(&mut self, at: Duration, look: &Look, totals: &BillRunTotals, processors: [Duration; 2]) -> String {
        let sent = (look.mails - self.mails) as f64;
        let rate = sent / (at - self.at).as_secs_f64();
        let [hubs, here] = taken(self.processors, processors).map(|time| time.as_secs_f64() * 1e3 / sent);
        *self = Self { number: self.number + 1, at, mails: look.mails, processors };
        let resident: Vec<_> = look.resident.iter().map(|kib| (kib / 1024).to_string()).collect();
        let (seconds, mails, resident) = (at.as_secs_f64(), look.mails, resident.join(", "));
        let (taken, deferred) = (totals.invoices, totals.deferred);
        format!("    {seconds:8.1}{mails:10}{rate:10.0}{taken:10}{deferred:10}{hubs:11.2}{here:11.2}  {resident}")
    }
}

fn bar(what: &'static str, length: u64) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {per_sec}, {eta} left")?;
    Ok(ProgressBar::new(length).with_message(what).with_style(style))
}

fn last_lines(log: &std::path::Path) -> String {
    let log = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = log.lines().rev().take(20).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

//! A town whose bills are being sent.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_bench::town::{Hub, PROVIDER, Town};
use komunala_grpc::proto::operator::v1::{BillRun, BillRunState, BillRunTotals};
use uuid::Uuid;

use crate::Options;

/// After so long without a mail a run is stuck.
const STUCK: Duration = Duration::from_secs(300);
/// How often it is looked what came.
const LOOK_EVERY: Duration = Duration::from_millis(10);

pub(crate) struct Round {
    pub(crate) town: Town,
    pub(crate) hubs: Vec<Hub>,
    pub(crate) run: String,
    mails: u64,
    began: Instant,
}

impl Round {
    /// Builds a town, starts so many hubs around it, and the run of its bills at the first one.
    pub(crate) async fn begin(options: &Options, hubs: usize, configuration: &str) -> anyhow::Result<Self> {
        // a town is large
        let town = Box::pin(Town::build(&options.town(configuration)?, |_| {})).await?;
        town.mail_server().1.add(format!("received:delay={}", options.relay).parse()?);
        let mut started = Vec::new();
        for _ in 0..hubs {
            started.push(town.hub(options.hub.as_deref()).await?);
        }
        town.issue_bills()?;
        let mut operator = town.operator(started.first().context("no hub")?).await?;
        let request = Uuid::new_v4().to_string();
        let run = operator.start_bill_run(PROVIDER, &town.period().to_string(), &request).await?.name;
        Ok(Self { town, hubs: started, run, mails: options.mails.into(), began: Instant::now() })
    }

    /// How many bills came to somebody, whose they are.
    pub(crate) fn came(&self) -> u64 {
        let tally = self.town.letterbox.tally();
        tally.right - tally.copies
    }

    /// Waits until so many have.
    pub(crate) async fn until_came(&self, mails: u64) -> anyhow::Result<()> {
        let (mut last, mut moved) = (0, Instant::now());
        loop {
            let came = self.came();
            if came >= mails {
                return Ok(());
            }
            if came > last {
                (last, moved) = (came, Instant::now());
            }
            ensure!(moved.elapsed() < STUCK, "no mail for {STUCK:?}: {came} of {} came", self.mails);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The run as a hub sees it; its numbers must add up.
    pub(crate) async fn look(&self, hub: usize) -> anyhow::Result<(BillRun, BillRunTotals)> {
        let run = self.town.operator(&self.hubs[hub]).await?.bill_run(&self.run).await?;
        let totals = run.totals.context("no totals")?;
        let states = totals.accepted + totals.deferred + totals.failed + totals.unknown + totals.waiting;
        ensure!(totals.mails == states, "the states do not come to the mails: {totals:?}");
        ensure!(
            totals.invoices == totals.mailed_invoices + totals.paper,
            "the ways do not come to the bills: {totals:?}"
        );
        Ok((run, totals))
    }

    /// Waits until a run is as wanted.
    pub(crate) async fn until(
        &self,
        hub: usize,
        within: Duration,
        wanted: impl Fn(&BillRun, &BillRunTotals) -> bool,
    ) -> anyhow::Result<BillRunTotals> {
        let began = Instant::now();
        loop {
            let (run, totals) = self.look(hub).await?;
            if wanted(&run, &totals) {
                return Ok(totals);
            }
            ensure!(began.elapsed() < within, "it is still {run:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until every bill was taken up and every mail taken, as a hub says.
    pub(crate) async fn complete(&self, hub: usize) -> anyhow::Result<()> {
        self.until_came(self.mails).await?;
        self.until(hub, STUCK, |run, totals| run.state() == BillRunState::Completed && totals.unknown == 0).await?;
        Ok(())
    }

    /// Says what came, and whether it is as it should be: everything, and at most so many copies.
    #[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report for people")]
    pub(crate) fn report(&self, copies: u64) -> bool {
        let (tally, missing) = (self.town.letterbox.tally(), self.town.letterbox.missing());
        let wrong = tally.anothers + tally.broken + tally.strays;
        let holds = missing == 0 && wrong == 0 && tally.copies <= copies && tally.other_ids == 0;
        println!(
            "    {} of {} bills came in {:.0} s, {missing} missing, {wrong} wrong; {} copies of at most {copies}, {} of them under \
             another Message-ID, each with its document byte for byte{}",
            tally.right - tally.copies,
            self.mails,
            self.began.elapsed().as_secs_f64(),
            tally.copies,
            tally.other_ids,
            if holds { "" } else { "  WRONG" }
        );
        tally.told.iter().for_each(|told| println!("        {told}"));
        holds
    }
}

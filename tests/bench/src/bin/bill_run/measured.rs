//! What a run took, and whether it was as it should be.

use std::{fmt, time::Duration};

use komunala_bench::town::Tally;
use komunala_grpc::proto::operator::v1::BillRunTotals;

/// How much memory a hub may have, in bytes.
const MEMORY: u64 = 300_000_000;
/// By how many bytes it may grow with each 100,000 mails.
const GROWTH: f64 = 1_000_000.0;
/// By then whatever is pooled and cached is as large as it gets.
const WARM: u64 = 50_000;
/// Runs of fewer bills are too short to tell growth from noise.
const TELLING: u64 = 100_000;

/// A run that is over.
pub(crate) struct Measured {
    pub(crate) bills: u64,
    /// From the call that started it until the last mail came.
    pub(crate) took: Duration,
    /// Until the hub said that it is complete: whoever watches is told the more rarely the longer a look takes.
    pub(crate) completed: Duration,
    pub(crate) first_mail: Duration,
    /// The hubs' time of processors.
    pub(crate) in_hubs: Duration,
    /// This program's, which makes each document and reads each mail.
    pub(crate) here: Duration,
    pub(crate) totals: BillRunTotals,
    /// How often the run's numbers were looked at.
    pub(crate) samples: u64,
    pub(crate) missing: u64,
    pub(crate) tally: Tally,
    /// The hubs' memory before the run, in KiB.
    pub(crate) at_start: Vec<u64>,
    pub(crate) at_end: Vec<u64>,
    pub(crate) looks: Vec<Look>,
    /// Bytes of the document store on the disk.
    pub(crate) documents: u64,
}

/// A look at the hubs' memory.
pub(crate) struct Look {
    pub(crate) mails: u64,
    /// Of each hub, in KiB.
    pub(crate) resident: Vec<u64>,
}

impl Measured {
    /// Milliseconds of it for each mail.
    #[allow(clippy::float_arithmetic, reason = "a time for people")]
    pub(crate) fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1_000.0 / self.bills as f64
    }

    /// How many times as long a mail takes as what this program does for it. That is the same work in a run of any size, on
    /// the same processors at the same time: one run may be compared with another, though the machine was slower meanwhile.
    #[allow(clippy::float_arithmetic, reason = "a ratio for people")]
    pub(crate) fn cost(&self) -> f64 {
        self.took.as_secs_f64() / self.here.as_secs_f64()
    }

    /// Whether everything is as it should be.
    pub(crate) fn holds(&self) -> bool {
        self.came() && self.is_small() && self.is_flat()
    }

    /// Every bill came once, to its recipient.
    fn came(&self) -> bool {
        let Tally { mails, right, copies, anothers, broken, strays, .. } = self.tally;
        let accepted = u64::try_from(self.totals.accepted).unwrap_or_default();
        self.missing + copies + anothers + broken + strays == 0
            && [mails, right, accepted].iter().all(|count| *count == self.bills)
    }

    fn most(&self) -> u64 {
        self.looks.iter().flat_map(|look| &look.resident).max().copied().unwrap_or(0)
    }

    fn is_small(&self) -> bool {
        self.most() * 1024 <= MEMORY
    }

    fn is_flat(&self) -> bool {
        self.bills < TELLING || self.growth().into_iter().all(|bytes| bytes <= GROWTH)
    }

    /// By how many bytes each hub grew with each 100,000 mails, once it was warm, or a tenth of a short run was sent: the slope
    /// of the line that fits best.
    #[allow(clippy::float_arithmetic, reason = "a slope for people")]
    fn growth(&self) -> Vec<f64> {
        let cold = if self.bills < TELLING { self.bills / 10 } else { WARM };
        let warm: Vec<_> = self.looks.iter().filter(|look| look.mails >= cold).collect();
        let count = warm.len().max(1) as f64;
        let slope = |hub: usize| {
            let points = || warm.iter().map(|look| (look.mails as f64, look.resident[hub] as f64 * 1024.0));
            let (x, y) = points().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
            let (above, below) =
                points().fold((0.0, 0.0), |sum, p| (sum.0 + (p.0 - x) * (p.1 - y), sum.1 + (p.0 - x) * (p.0 - x)));
            if below == 0.0 { 0.0 } else { above / below * 100_000.0 }
        };
        (0..self.at_start.len()).map(slope).collect()
    }
}

impl fmt::Display for Measured {
    #[allow(clippy::float_arithmetic, reason = "a report for people")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64();
        let mib = |kib: &[u64]| kib.iter().map(|kib| (kib / 1024).to_string()).collect::<Vec<_>>().join(", ");
        let unless = |holds: bool, verdict: &'static str| if holds { "" } else { verdict };
        let Tally { mails, right, copies, other_ids, anothers, broken, strays, told } = &self.tally;
        writeln!(
            f,
            "    {seconds:.1} s, {:.0} bills a second; the first mail after {:.1} s, complete after {:.1} s",
            self.bills as f64 / seconds,
            self.first_mail.as_secs_f64(),
            self.completed.as_secs_f64()
        )?;
        writeln!(
            f,
            "    {:.3} ms for each mail; of a processor {:.3} ms in the hubs and {:.3} ms here, of which a mail takes {:.2}",
            self.each(self.took),
            self.each(self.in_hubs),
            self.each(self.here),
            self.cost()
        )?;
        writeln!(
            f,
            "    {mails} mails, {right} right: {} missing, {copies} copies ({other_ids} under another Message-ID), {anothers} \
             of somebody else, {broken} broken, {strays} to nobody{}",
            self.missing,
            unless(self.came(), "  WRONG")
        )?;
        told.iter().try_for_each(|wrong| writeln!(f, "        {wrong}"))?;
        writeln!(f, "    the numbers added up at {} looks", self.samples)?;
        let growth: Vec<_> = self.growth().into_iter().map(|bytes| format!("{:.2}", bytes / 1_000_000.0)).collect();
        writeln!(
            f,
            "    resident MiB: {} before, {} at the end, {} at most{}; {} MB more with each 100,000 mails{}",
            mib(&self.at_start),
            mib(&self.at_end),
            self.most() / 1024,
            unless(self.is_small(), "  TOO MUCH"),
            growth.join(", "),
            unless(self.is_flat(), "  GROWS")
        )?;
        write!(
            f,
            "    {:.1} MB of documents on the disk, {} bytes for each bill",
            self.documents as f64 / 1_000_000.0,
            self.documents / self.bills.max(1)
        )
    }
}

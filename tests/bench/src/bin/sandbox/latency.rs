//! Durations and their distribution.

use std::time::Duration;

use anyhow::Context;

/// What many calls took.
#[derive(Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn append(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The duration that `percent` of the calls stayed below.
    pub(crate) fn percentile(&mut self, percent: usize) -> Duration {
        self.0.sort_unstable();
        let index = self.0.len().saturating_sub(1) * percent / 100;
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// The time this thread has spent on a processor. On a busy machine it says more than the clock on the wall.
pub(crate) fn on_processor() -> anyhow::Result<Duration> {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").context("Linux keeps it there")?;
    let nanoseconds = spent.split(' ').next().context("the first number")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

//! People who register, one by one, and wait for their code.

use std::time::{Duration, SystemTime};

use komunala_bench::{mail_room::MailRoom, sample::Sample};
use komunala_domain::EmailAddress;
use tokio::time::MissedTickBehavior;

use crate::arrivals::{Arrivals, CODES};

/// How long anybody's code may take before it counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(120);

pub(crate) struct Codes<'a> {
    pub(crate) room: &'a MailRoom,
    pub(crate) arrivals: &'a Arrivals,
    pub(crate) count: usize,
    /// Milliseconds between two.
    pub(crate) every: u64,
}

/// How long codes took.
#[derive(Default)]
pub(crate) struct Took {
    /// Of those who registered at the hub that sends.
    pub(crate) here: Sample,
    /// Of those who registered at another one.
    pub(crate) elsewhere: Sample,
}

impl Codes<'_> {
    /// Lets people register until there are enough, and waits for every code. What is measured begins before the
    /// registration, so its commit is part of it.
    pub(crate) async fn leave(&self, name: &str) -> anyhow::Result<Took> {
        let provider = "water".parse()?;
        let mut ticks = tokio::time::interval(Duration::from_millis(self.every));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut registered = Vec::with_capacity(self.count);
        for n in 0..self.count {
            ticks.tick().await;
            let (email, is_here): (EmailAddress, _) = (format!("{name}-{n}@{CODES}").parse()?, n % 2 == 0);
            let at = SystemTime::now();
            self.room.register(&provider, &email).await?;
            if is_here {
                self.room.bell.notify_one();
            }
            registered.push((email, at, is_here));
        }
        let mut took = Took::default();
        for (email, at, is_here) in registered {
            let arrived = tokio::time::timeout(LOST_AFTER, self.arrivals.of(email.as_str())).await?;
            let sample = if is_here { &mut took.here } else { &mut took.elsewhere };
            sample.add(arrived.duration_since(at)?);
        }
        Ok(took)
    }
}

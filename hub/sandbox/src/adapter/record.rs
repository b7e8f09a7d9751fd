//! What an adapter has been through lately, for operators who look at it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use komunala_app::ports::condition::{LimitHit, Problem};

/// As many problems as an operator reads; older ones are in the log.
const PROBLEMS: usize = 20;

/// The limits that one adapter hit, and its last problems. There are as many limits as the code names.
#[derive(Default)]
pub(super) struct Record(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    limits: BTreeMap<&'static str, (u64, Timestamp)>,
    problems: VecDeque<Problem>,
}

impl Record {
    pub(super) fn limit(&self, limit: &'static str) {
        let mut entries = self.entries();
        let (times, last) = entries.limits.entry(limit).or_default();
        *times += 1;
        *last = Timestamp::now();
    }

    pub(super) fn problem(&self, operation: &'static str, outcome: &'static str) {
        let mut entries = self.entries();
        entries.problems.truncate(PROBLEMS - 1);
        entries.problems.push_front(Problem { at: Timestamp::now(), operation, outcome });
    }

    pub(super) fn read(&self) -> (Vec<LimitHit>, Vec<Problem>) {
        let entries = self.entries();
        let limits = entries.limits.iter().map(|(limit, (times, last))| LimitHit { limit, times: *times, last: *last });
        (limits.collect(), entries.problems.iter().cloned().collect())
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // a panic between two lines above leaves nothing half done
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_problems_are_kept_newest_first_and_limits_are_counted() {
        let record = Record::default();
        for _ in 0..PROBLEMS * 2 {
            record.problem("invoices", "unavailable");
            record.limit("requests");
        }
        record.problem("verify", "trapped");
        let (limits, problems) = record.read();
        assert_eq!((problems.len(), problems[0].operation), (PROBLEMS, "verify"));
        assert_eq!(limits.iter().map(|hit| (hit.limit, hit.times)).collect::<Vec<_>>(), [("requests", 40)]);
    }
}

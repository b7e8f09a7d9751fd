//! What all calls together wrote and used.

use super::run::Run;
use crate::report::{Verdict, used};

/// Subjects that nobody may read in a log.
const CONFIDENTIAL: [&str; 3] = ["customer.pin", "customer.wrong_pin", "customer.name"];

/// Shorter texts occur by chance.
const SHORTEST: usize = 4;

/// The share of a limit, in percent, from which on a busy day would be too much.
const NEAR: u64 = 90;

/// No PIN, no name, in any line and any error.
pub(super) fn quiet(run: &Run<'_>) -> Verdict {
    let confidential: Vec<(&str, &str)> = CONFIDENTIAL
        .into_iter()
        .filter_map(|path| Some((path, run.subjects.text(path).filter(|text| text.len() >= SHORTEST)?)))
        .collect();
    if confidential.is_empty() {
        return Verdict::lacking(&["customer.pin".to_owned()]);
    }
    let mut failures = Vec::new();
    for (operation, text) in &run.written {
        for (what, secret) in &confidential {
            if text.contains(secret) {
                failures.push(format!("{operation} wrote {what} into its log or an error"));
            }
        }
    }
    failures.sort();
    failures.dedup();
    Verdict::of(failures, format!("{} lines and errors", run.written.len()))
}

/// No limit was nearly used up.
pub(super) fn limits(run: &Run<'_>) -> Verdict {
    let rows = used(run.bench.trial().limits(), &run.peak());
    // a limit of one request is used up by the first, as it is meant to be
    let near = rows.iter().filter(|row| row.limit != "requests" && row.used * 100 > row.allowed * NEAR);
    let failures: Vec<_> =
        near.map(|row| format!("{} of {} {} are used by one call", row.used, row.allowed, row.limit)).collect();
    let used: Vec<_> = rows.iter().map(|row| format!("{} {}/{}", row.limit, row.used, row.allowed)).collect();
    Verdict::of(failures, used.join(", "))
}

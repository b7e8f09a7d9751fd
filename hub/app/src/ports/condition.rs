//! How an adapter is, as far as the calls of one process have shown.

use jiff::Timestamp;

/// How an adapter is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Whether calls are let through to the billing system.
    pub is_healthy: bool,
    /// The operations that are left alone for a while because they kept failing.
    pub resting: Vec<&'static str>,
    /// The limits and grants that it ran into, each once.
    pub limits: Vec<LimitHit>,
    /// What went wrong last, newest first.
    pub problems: Vec<Problem>,
}

impl Default for Condition {
    fn default() -> Self {
        Self { is_healthy: true, resting: Vec::new(), limits: Vec::new(), problems: Vec::new() }
    }
}

/// A limit or a grant that an adapter ran into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitHit {
    /// Which: `memory_bytes`, `hosts`, …
    pub limit: &'static str,
    /// How often.
    pub times: u64,
    /// When last.
    pub last: Timestamp,
}

/// A call that went wrong. No personal data: neither arguments nor the billing system's words stand here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// When.
    pub at: Timestamp,
    /// What was asked: `verify`, `invoices`, …
    pub operation: &'static str,
    /// What became of it: `unavailable`, `trapped`, `limit`, …
    pub outcome: &'static str,
}

//! What a check found: for people a table, for machines a file.

mod table;

use std::{collections::BTreeMap, collections::BTreeSet, fs, io, path::Path};

use komunala_domain::{Capability, CapabilitySet};
use komunala_sandbox::{Cost, Limits};
use serde::Serialize;

use crate::{
    Workbench,
    scenario::{Group, Scenario},
};

/// Everything that a check found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The adapter's name in its manifest.
    pub adapter: String,
    /// Its version.
    pub version: String,
    /// The digest of its component.
    pub sha256: String,
    /// When the recording was made that it was checked against; none: a billing system answered.
    pub recorded: Option<String>,
    /// What it offers.
    pub capabilities: Vec<CapabilityRow>,
    /// What was tried.
    pub scenarios: Vec<Outcome>,
    /// What calls took, by operation.
    pub operations: BTreeMap<String, Spent>,
    /// What one call used of the limits, at most.
    pub limits: Vec<LimitRow>,
}

/// A capability and its operations.
#[derive(Debug, Clone, Serialize)]
pub struct CapabilityRow {
    /// Its name.
    pub name: String,
    /// Whether the adapter exports it.
    pub offered: bool,
    /// Its operations that answered.
    pub answered: Vec<String>,
    /// Its operations that did not.
    pub unanswered: Vec<String>,
}

/// What became of a scenario.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub group: Group,
    /// What holds, or should.
    pub title: String,
    /// How it went.
    pub verdict: Verdict,
    /// What to do about it.
    pub advice: String,
}

/// How a scenario went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "seen")]
pub enum Verdict {
    /// What was seen.
    Passed(String),
    /// What was seen, one thing a line.
    Failed(Vec<String>),
    /// Why it has no object.
    Untried(String),
}

/// What calls of one operation took.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Spent {
    /// How many there were.
    pub calls: u64,
    /// The slowest, in microseconds.
    pub slowest_us: u64,
    /// The most instructions.
    pub instructions: u64,
    /// The most memory, in bytes.
    pub memory: u64,
    /// The most requests.
    pub requests: u64,
    #[serde(skip)]
    pub(crate) peak: Cost,
}

/// A limit and what was used of it.
#[derive(Debug, Clone, Serialize)]
pub struct LimitRow {
    /// Its name in the manifest.
    pub limit: &'static str,
    /// The most that one call used.
    pub used: u64,
    /// What it may use.
    pub allowed: u64,
}

impl Outcome {
    pub(crate) fn of(scenario: &Scenario, verdict: Verdict) -> Self {
        Self {
            name: scenario.name.clone(),
            group: scenario.group,
            title: scenario.title.clone(),
            verdict,
            advice: scenario.advice.clone(),
        }
    }
}

impl Verdict {
    /// The word for it in a list.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed(_) => "ok",
            Self::Failed(_) => "FAILED",
            Self::Untried(_) => "-",
        }
    }

    /// Passed, unless something failed.
    pub(crate) fn of(failures: Vec<String>, passed: String) -> Self {
        if failures.is_empty() { Self::Passed(passed) } else { Self::Failed(failures) }
    }

    /// Nothing could be tried, because the subjects do not say these.
    pub(crate) fn lacking(subjects: &[String]) -> Self {
        match subjects.is_empty() {
            true => Self::Untried("no operation that this is about is offered".to_owned()),
            false => Self::Untried(format!("check/subjects.toml says no {}", subjects.join(", "))),
        }
    }
}

impl Spent {
    pub(crate) fn add(&mut self, cost: &Cost) {
        self.calls += 1;
        self.peak = crate::check::peak_of(self.peak, *cost);
        self.slowest_us = u64::try_from(self.peak.time.as_micros()).unwrap_or(u64::MAX);
        (self.instructions, self.memory, self.requests) =
            (self.peak.instructions, self.peak.memory, self.peak.requests);
    }
}

impl Report {
    pub(crate) fn new(
        bench: &Workbench,
        operations: &[String],
        answered: &BTreeSet<String>,
        mut scenarios: Vec<Outcome>,
        spent: BTreeMap<String, Spent>,
        peak: Cost,
        offered: CapabilitySet,
    ) -> Self {
        scenarios.sort_by_key(|outcome| outcome.group);
        let about = &bench.folder.manifest.adapter;
        let capability = |capability: Capability| {
            let own = operations.iter().filter(|name| name.split('.').next() == Some(capability.name()));
            let (answered, unanswered) = own.cloned().partition(|name| answered.contains(name));
            CapabilityRow { name: capability.name().to_owned(), offered: offered.has(capability), answered, unanswered }
        };
        Self {
            adapter: about.name.clone(),
            version: about.version.clone(),
            sha256: bench.trial().digest().to_string(),
            recorded: bench.recorded().map(|moment| moment.to_string()),
            capabilities: Capability::ALL.into_iter().map(capability).collect(),
            scenarios,
            operations: spent,
            limits: used(bench.trial().limits(), &peak),
        }
    }

    /// Whether no scenario failed.
    pub fn passed(&self) -> bool {
        self.failed().next().is_none()
    }

    /// The names of the scenarios that failed.
    pub fn failed(&self) -> impl Iterator<Item = &str> {
        let failed = |outcome: &&Outcome| matches!(outcome.verdict, Verdict::Failed(_));
        self.scenarios.iter().filter(failed).map(|outcome| outcome.name.as_str())
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
        text.push('\n');
        fs::write(path, text)
    }
}

/// What one call used of the limits.
pub(crate) fn used(limits: &Limits, peak: &Cost) -> Vec<LimitRow> {
    let ms = u64::try_from(peak.time.as_millis()).unwrap_or(u64::MAX);
    vec![
        LimitRow { limit: "memory_bytes", used: peak.memory, allowed: limits.memory_bytes },
        LimitRow { limit: "call_ms", used: ms, allowed: limits.call_ms },
        LimitRow { limit: "requests", used: peak.requests, allowed: limits.requests },
        LimitRow { limit: "transfer_bytes", used: peak.transferred, allowed: limits.transfer_bytes },
    ]
}

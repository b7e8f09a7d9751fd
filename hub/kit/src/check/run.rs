//! What every scenario needs: calls, subjects, and a memory of what the calls cost and wrote.

use std::collections::{BTreeMap, BTreeSet};

use komunala_app::ports::BillingSystem;
use komunala_domain::Capability;
use komunala_sandbox::{Adapter, Answer, ArgumentError, Cost, Tried};
use serde_json::Value as Json;

use super::reference::{self, Mark, Missing, Names};
use crate::{
    Report, Subjects, Workbench, WorkbenchError,
    line::Fault,
    report::{Outcome, Spent},
    scenario::{self, OperationKind, OperationRow, Scenario},
};

/// More than the writes that a scenario makes with one operation.
const WRITES_OF_A_SCENARIO: u32 = 8;

/// Why there is no check.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// No such scenario.
    #[error("there is no scenario {0}")]
    Scenario(String),
    /// The folders cannot be put back.
    #[error("the folders of the check: {0}")]
    Exchange(#[from] std::io::Error),
    /// The adapter cannot be called.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
}

/// A call of which only the answer matters.
pub(super) type Asked = Result<Tried, ArgumentError>;

/// One check.
pub(super) struct Run<'a> {
    pub(super) bench: &'a Workbench,
    pub(super) subjects: &'a Subjects,
    pub(super) adapter: Adapter,
    pub(super) operations: Vec<OperationRow>,
    /// Operations that answered with a value at least once.
    pub(super) answered: BTreeSet<String>,
    /// Lines of the adapter's log and texts of its errors, each with the operation.
    pub(super) written: Vec<(String, String)>,
    pub(super) spent: BTreeMap<String, Spent>,
    scenario: String,
    /// The scenario's place among all.
    place: u32,
    /// Writes of the scenario so far, by operation.
    writes: BTreeMap<String, u32>,
}

impl<'a> Run<'a> {
    pub(super) fn new(bench: &'a Workbench, subjects: &'a Subjects) -> Result<Self, CheckError> {
        let exported: BTreeSet<_> = bench.trial().operations().iter().map(|operation| &operation.name).collect();
        let mut operations = scenario::operations();
        operations.retain(|row| exported.contains(&row.name));
        Ok(Self {
            bench,
            subjects,
            adapter: bench.adapter()?,
            operations,
            answered: BTreeSet::new(),
            written: Vec::new(),
            spent: BTreeMap::new(),
            scenario: String::new(),
            place: 0,
            writes: BTreeMap::new(),
        })
    }

    pub(super) fn enter(&mut self, scenario: &Scenario) -> std::io::Result<()> {
        scenario.name.clone_into(&mut self.scenario);
        self.place = scenario.place;
        self.writes.clear();
        self.bench.line().enter(&scenario.name);
        // what a scenario wrote is none of the next one's business
        self.bench.exchange().restore()
    }

    /// Whether the adapter exports this capability.
    pub(super) fn offers(&self, capability: &str) -> bool {
        Capability::ALL.iter().any(|known| known.name() == capability && self.adapter.capabilities().has(*known))
    }

    /// The operations of a kind that the adapter has and that the subjects say enough for.
    pub(super) fn rows(&self, kind: OperationKind) -> Vec<OperationRow> {
        let known = |row: &&OperationRow| {
            row.kind == kind && !row.by_step && self.arguments(&row.with, &Names::default()).is_ok()
        };
        self.operations.iter().filter(known).cloned().collect()
    }

    /// Arguments with their references filled in.
    pub(super) fn arguments(&self, with: &[Json], names: &Names) -> Result<Vec<Json>, Missing> {
        with.iter().map(|json| reference::resolved(json, self.subjects, names)).collect()
    }

    /// The faults as the subjects let them be, and what the subjects do not say of the others.
    pub(super) fn faults(&self, faults: &[Fault]) -> (Vec<Fault>, Vec<String>) {
        let (mut said, mut missing) = (Vec::new(), Vec::new());
        for fault in faults {
            match fault.said_by(self.subjects) {
                Ok(fault) => said.push(fault),
                Err(subject) => missing.push(subject.to_owned()),
            }
        }
        (said, missing)
    }

    /// What marks the next write of this scenario. It is the same in a replay of some of the scenarios.
    pub(super) fn next_mark(&mut self, operation: &str) -> Mark {
        let count = self.writes.entry(operation.to_owned()).or_default();
        *count += 1;
        let key = self.bench.key(&self.scenario, operation, *count);
        Mark { key, number: self.place * WRITES_OF_A_SCENARIO + *count }
    }

    /// Calls an operation and remembers what came of it.
    pub(super) async fn ask(&mut self, operation: &str, arguments: &[Json]) -> Asked {
        let tried = self.bench.call(operation, arguments).await?;
        self.spent.entry(operation.to_owned()).or_default().add(&tried.cost);
        self.written.extend(tried.log.iter().map(|line| (operation.to_owned(), line.clone())));
        match &tried.answer {
            Answer::Value(answer) => {
                self.answered.insert(operation.to_owned());
                // operators read them like logs
                let problems = answer.get("problems").and_then(Json::as_array).into_iter().flatten();
                self.written.extend(problems.map(|problem| (operation.to_owned(), problem.to_string())));
            }
            Answer::Error(error) => self.written.push((operation.to_owned(), error.to_string())),
            _ => {}
        }
        Ok(tried)
    }

    /// What the calls so far took at most.
    pub(super) fn peak(&self) -> Cost {
        self.spent.values().fold(Cost::default(), |peak, spent| peak_of(peak, spent.peak))
    }

    pub(super) fn report(self, outcomes: Vec<Outcome>) -> Report {
        let (peak, names) = (self.peak(), self.operations.iter().map(|row| row.name.clone()).collect::<Vec<_>>());
        Report::new(self.bench, &names, &self.answered, outcomes, self.spent, peak, self.adapter.capabilities())
    }
}

pub(crate) fn peak_of(one: Cost, other: Cost) -> Cost {
    Cost {
        time: one.time.max(other.time),
        instructions: one.instructions.max(other.instructions),
        memory: one.memory.max(other.memory),
        requests: one.requests.max(other.requests),
        transferred: one.transferred.max(other.transferred),
    }
}

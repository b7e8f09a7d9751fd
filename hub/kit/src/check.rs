//! Runs the scenarios against an adapter on the bench.
//!
//! A scenario is tried procedure by procedure; each file below is one of them. What they share is a run: it makes
//! the calls, knows the subjects, and keeps what the calls cost and wrote.

mod conduct;
mod exports;
mod files;
mod hub;
mod once;
mod others;
mod pages;
mod questions;
mod reference;
mod run;
mod series;
mod steps;
mod values;
mod words;
mod writes;

use crate::{
    Report, Subjects, Workbench,
    report::{Outcome, Verdict},
    scenario::{self, Procedure, Scenario},
};

pub use run::CheckError;
use run::Run;
pub(crate) use run::peak_of;

/// How far a check has come.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// A scenario is about to be tried: the so many-th of so many.
    Begins(usize, usize, &'a Scenario),
    /// That one has been tried.
    Ended(usize, usize, &'a Outcome),
}

/// Tries every scenario, or those that `only` names. `progress` is told before and after each.
pub async fn check(
    bench: &Workbench,
    subjects: &Subjects,
    only: &[String],
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Report, CheckError> {
    let scenarios: Vec<Scenario> =
        scenario::scenarios().into_iter().filter(|known| only.is_empty() || only.contains(&known.name)).collect();
    if let Some(unknown) = only.iter().find(|name| scenarios.iter().all(|known| known.name != **name)) {
        return Err(CheckError::Scenario(unknown.clone()));
    }
    let mut run = Run::new(bench, subjects)?;
    let mut outcomes = Vec::new();
    for (place, scenario) in scenarios.iter().enumerate() {
        progress(Progress::Begins(place + 1, scenarios.len(), scenario));
        run.enter(scenario)?;
        let mut verdict = tried(&mut run, scenario).await;
        let unrecorded = bench.line().take_unrecorded();
        if let (Verdict::Failed(seen), false) = (&mut verdict, unrecorded.is_empty()) {
            seen.push(format!(
                "not in the recording: {}. Record again if the adapter asks something else by now",
                unrecorded.join(", ")
            ));
        }
        let outcome = Outcome::of(scenario, verdict);
        progress(Progress::Ended(place + 1, scenarios.len(), &outcome));
        outcomes.push(outcome);
    }
    Ok(run.report(outcomes))
}

async fn tried(run: &mut Run<'_>, scenario: &Scenario) -> Verdict {
    if let Some(missing) = scenario.needs.iter().find(|needed| !run.offers(needed)) {
        return Verdict::Untried(format!("the adapter does not offer {missing}"));
    }
    match &scenario.trial {
        Procedure::Exports => exports::tried(run).await,
        Procedure::Hub => hub::tried(run).await,
        Procedure::Steps(steps) => steps::tried(run, steps).await,
        Procedure::Values => values::tried(run).await,
        Procedure::Steady => questions::steady(run).await,
        Procedure::Pages { fault } => pages::tried(run, fault.as_ref()).await,
        Procedure::Series => series::tried(run).await,
        Procedure::Others => others::tried(run).await,
        Procedure::Once => once::tried(run).await,
        Procedure::Questions(disturbance) => questions::tried(run, disturbance).await,
        Procedure::Writes(disturbance) => writes::tried(run, disturbance).await,
        Procedure::Files => files::whole(run).await,
        Procedure::CutFiles => files::cut(run).await,
        Procedure::Flawed(flawed) => files::flawed(run, flawed).await,
        Procedure::HandOver(end) => files::hand_over(run, *end).await,
        Procedure::Quiet => conduct::quiet(run),
        Procedure::Limits => conduct::limits(run),
    }
}

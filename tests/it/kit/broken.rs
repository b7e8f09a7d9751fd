//! An adapter that breaks one rule fails the scenario that is about it, and no other.

use std::collections::BTreeMap;

use komunala_kit::{
    AdapterFolder, Provision, Report, Source, Subjects, Workbench, check,
    report::{Outcome, Verdict},
    scenario,
};
use komunala_simulators::WasteSimulator;
use tempfile::TempDir;

use super::adapters;

/// A scenario that takes a third of a second per question; it is tried with its own misdeed only.
const SLOW: &str = "slow";

/// Further misdeeds, and the scenarios that have to notice them.
const MORE: [(&str, &str); 2] = [("hub-intervals", "hub"), ("hub-outages", "hub")];

/// What changes from call to call breaks every scenario that asks twice.
const UNSTEADY: &str = "steady";

/// Checks the adapter in `place`, which keeps its compiled code from one check to the next.
async fn checked(place: &TempDir, misdeed: Option<&str>, only: &[String]) -> anyhow::Result<Report> {
    let simulator = WasteSimulator::start().await?;
    let folder: AdapterFolder = adapters::installed("broken", "tests/guests", place.path())?;
    let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
    let mut settings = BTreeMap::from([("base_url".to_owned(), simulator.url())]);
    settings.extend(misdeed.map(|misdeed| ("misdeed".to_owned(), misdeed.to_owned())));
    let provision = Provision::of_author(&folder.manifest, &subjects, settings, BTreeMap::new());
    let bench = Workbench::open(folder, &subjects, Source::Live(Box::new(provision)), false)?;
    Ok(check::check(&bench, &subjects, only, |_| {}).await?)
}

fn quick() -> Vec<String> {
    scenario::scenarios().into_iter().map(|scenario| scenario.name).filter(|name| name != SLOW).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_misdeed_every_scenario_is_tried_and_passes() -> anyhow::Result<()> {
    let report = checked(&TempDir::new()?, None, &[]).await?;
    // those about files are the clerk's
    let own = scenario::scenarios().into_iter().filter(|scenario| !super::clerk::is_about_files(scenario));
    let own: Vec<_> = own.map(|scenario| scenario.name).collect();
    let missed = |it: &&Outcome| own.contains(&it.name) && !matches!(it.verdict, Verdict::Passed(_));
    let wrong: Vec<_> = report.scenarios.iter().filter(missed).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_that_breaks_one_rule_fails_the_scenario_about_it_and_no_other() -> anyhow::Result<()> {
    let (place, mut mistaken) = (TempDir::new()?, Vec::new());
    let own = scenario::scenarios().into_iter().filter(|scenario| !super::clerk::is_about_files(scenario));
    let by_scenario = own.map(|scenario| (scenario.name.clone(), scenario.name));
    let more = MORE.into_iter().map(|(misdeed, scenario)| (misdeed.to_owned(), scenario.to_owned()));
    for (misdeed, scenario) in by_scenario.chain(more) {
        let only = if scenario == SLOW { vec![SLOW.to_owned()] } else { quick() };
        let report = checked(&place, Some(&misdeed), &only).await?;
        let failed: Vec<_> = report.failed().map(str::to_owned).collect();
        let is_right = match misdeed.as_str() {
            UNSTEADY => failed.contains(&scenario),
            _ => failed == [scenario],
        };
        if !is_right {
            mistaken.push((misdeed, failed));
        }
    }
    assert!(mistaken.is_empty(), "misdeed, and what failed: {mistaken:#?}");
    Ok(())
}
